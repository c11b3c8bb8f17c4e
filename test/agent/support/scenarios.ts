import { type Answer, command, items, message, patch, reasoning } from "./answers.ts";
import type { Codex, CodexEnded, CodexRun } from "./codex.ts";
import type { ModelServer, Script } from "./model-server.ts";

/** A conversation of the real agent with a scripted model. */
interface Scenario {
  readonly prompt: string;
  readonly answers: readonly Answer[];
  /** Codex says with it how the turn went. */
  readonly code: 0 | 1;
}

const done = items(message("Done."));

/** Each a thread of its own. */
const SCENARIOS = {
  plain: { prompt: "Say hello.", answers: [items(message("Hello, whoever reads this: ¡olé! 🎉"))], code: 0 },
  reasoning: {
    prompt: "What is 6 × 7?",
    answers: [items(reasoning("**Multiplying** six by seven"), message("42"))],
    code: 0,
  },
  commands: {
    prompt: "Run some commands.",
    answers: [
      items(message("Looking around."), command("printf 'one\\ntwo\\n'")),
      items(command("echo out; echo err >&2; exit 3")),
      items(command("seq 1 2000"), command("true")),
      done,
    ],
    code: 0,
  },
  patches: {
    prompt: "Change some files.",
    answers: [
      items(patch("*** Add File: poem.txt", "+roses", "+violets")),
      items(patch("*** Update File: poem.txt", "*** Move to: verse.txt", "@@", " roses", "-violets", "+thorns")),
      items(patch("*** Update File: absent.txt", "@@", "-a", "+b")),
      done,
    ],
    code: 0,
  },
  refused: { prompt: "Meet an error.", answers: [{ type: "refusal", status: 500, message: "out of order" }], code: 1 },
  failed: { prompt: "Meet a failure.", answers: [{ type: "failure", message: "the model fell over" }], code: 1 },
  interrupted: { prompt: "Tell a story.", answers: [{ type: "endless", text: "Once upon a time there was" }], code: 1 },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS | "forked";

/** The id of each scenario's thread. */
export type Threads = Readonly<Record<ScenarioName, string>>;

/** A thread that is there before anything is shipped. */
export async function runFirst(codex: Codex, model: ModelServer): Promise<string> {
  return await runScenario(codex, model, SCENARIOS.plain);
}

/** Runs all other scenarios, two of them at a time in one folder, goes on with the first thread, and forks another. */
export async function runOthers(codex: Codex, model: ModelServer, first: string): Promise<Threads> {
  const run = (name: keyof typeof SCENARIOS): Promise<string> => runScenario(codex, model, SCENARIOS[name]);
  const [reasoned, commands] = await Promise.all([run("reasoning"), run("commands")]);
  const [patches, refused] = await Promise.all([run("patches"), run("refused")]);
  const [failed, interrupted] = await Promise.all([run("failed"), run("interrupted")]);
  const more = model.script(items(message("Goodbye.")));
  await finished(codex.resume(more, first, "Say goodbye."), more, 0);
  const other = model.script(items(command("echo elsewhere")), done);
  const forked = (await finished(codex.fork(other, commands, "Go another way."), other, 0)).threadId;
  return { plain: first, reasoning: reasoned, commands, patches, refused, failed, interrupted, forked };
}

async function runScenario(codex: Codex, model: ModelServer, { prompt, answers, code }: Scenario): Promise<string> {
  const script = model.script(...answers);
  const run = codex.exec(script, prompt);
  if (answers.at(-1)?.type === "endless") void script.endless.then(() => run.interrupt());
  return (await finished(run, script, code)).threadId;
}

/** That the conversation went as scripted, to its end. */
export async function finished(run: CodexRun, script: Script, code: number): Promise<CodexEnded> {
  const ended = await run.ended;
  if (ended.code === code && script.left === 0) return ended;
  const about = `codex ended with ${ended.code} instead of ${code}, ${script.left} answers left`;
  throw new Error(`${about}:\n${ended.stdout}${ended.stderr}`);
}
