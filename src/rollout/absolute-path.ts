/** An absolute path without `.`, `..`, doubled and trailing slashes (rollout-format §3, "abs"). */
export function normalizeAbsolute(path: string): string {
  const names: string[] = [];
  for (const step of path.split("/")) {
    if (step === "..") names.pop();
    else if (step !== "" && step !== ".") names.push(step);
  }
  return `/${names.join("/")}`;
}
