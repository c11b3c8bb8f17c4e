import { trimWhite } from "./blank.ts";

/** What a review had to say, as one text (paginated §2, "Review text"). */

export interface ReviewFinding {
  readonly title: string;
  readonly body: string;
  readonly absoluteFilePath: string;
  readonly start: bigint | number;
  readonly end: bigint | number;
}

export interface ReviewOutput {
  readonly overallExplanation: string;
  readonly findings: readonly ReviewFinding[];
}

const NO_OUTPUT = "Reviewer failed to output a response.";

export function exitedReviewText(output: ReviewOutput | null): string {
  if (output === null) return NO_OUTPUT;
  const parts = [trimWhite(output.overallExplanation), findingsText(output.findings)];
  return parts.filter((part) => part !== "").join("\n\n") || NO_OUTPUT;
}

function findingsText(findings: readonly ReviewFinding[]): string {
  if (findings.length === 0) return "";
  const heading = findings.length === 1 ? "Review comment:" : "Full review comments:";
  return trimWhite([heading, ...findings.map(findingText)].join("\n\n"));
}

function findingText({ title, body, absoluteFilePath, start, end }: ReviewFinding): string {
  const heading = `- ${title} — ${absoluteFilePath}:${String(start)}-${String(end)}`;
  return [heading, ...lines(body).map((line) => `  ${line}`)].join("\n");
}

function lines(text: string): string[] {
  const all = text.split(/\r?\n/);
  if (all.at(-1) === "") all.pop();
  return all;
}
