/**
 * Loaded before a worker (`node --import`): the process ends by SIGKILL at the step that the environment names, the first time
 * that it comes to anything there. Before that, as `FIRST` says, the answer to a commit is lost, or a schema forgotten.
 */
import { registerHooks } from "node:module";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type DecodedRecord, IndefiniteError, type PartitionPorts } from "../../../src/worker/index.ts";

const TARGET = pathToFileURL(join(import.meta.dirname, "../../../src/cli/worker/partition-ports.ts")).href;
const DECLARATION = "export function partitionPorts(";
const { KILL_STEP = "", KILL_MOMENT = "" } = process.env;
let first = process.env.FIRST ?? "";

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== TARGET) return loaded;
    const source = String(loaded.source);
    if (source.split(DECLARATION).length !== 2) throw new Error(`${TARGET} declares no partitionPorts`);
    const wrapped = `import { watched } from ${JSON.stringify(import.meta.url)};
      export const partitionPorts = (...args) => watched(bare(...args));`;
    return { ...loaded, source: `${source.replace(DECLARATION, "function bare(")}\n${wrapped}` };
  },
});

/** The same ports, each call of which may be the last. */
export function watched(ports: PartitionPorts): PartitionPorts {
  const wrapped = Object.entries(ports).map(([port, target]: [string, object]) => [
    port,
    port === "listener" ? target : wrap(port, target),
  ]);
  return Object.fromEntries(wrapped) as PartitionPorts;
}

function wrap(port: string, target: object): object {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const call: Call = (...args) => Reflect.apply(value, target, args);
      const step = `${port}.${String(name)}`;
      if (step === "outbox.commit" && first === "lose-answer")
        return async (...args: unknown[]) => losing(call(...args));
      if (step === "codec.decode" && first === "forget-schema") return forgetting;
      return step === KILL_STEP ? (...args: unknown[]) => perhapsLast(step, call, args) : call;
    },
  });
}

type Call = (...args: unknown[]) => unknown;

async function perhapsLast(step: string, call: Call, args: unknown[]): Promise<unknown> {
  const answering = call(...args);
  if (KILL_MOMENT === "sent" && hasContent(step, args[0])) {
    await turn();
    kill();
  }
  const answer = await answering;
  if (hasContent(step, step === "log.take" ? answer : args[0])) kill();
  return answer;
}

const CONTENTS: Readonly<Record<string, string>> = {
  "log.take": "records",
  "outbox.commit": "outputs",
  "store.flush": "deltas",
};

/** A wait that brought no record, a transaction without mutations, a flush without states prove nothing. */
function hasContent(step: string, what: unknown): boolean {
  const content = CONTENTS[step];
  if (content === undefined) return true;
  if (typeof what !== "object" || what === null) return false;
  const list: unknown = Reflect.get(what, content);
  return Array.isArray(list) && list.length > 0;
}

async function losing(answer: unknown): Promise<never> {
  await answer;
  first = "";
  throw new IndefiniteError("its answer is lost");
}

/** The id stands after the magic byte. */
function forgetting(value: Buffer): DecodedRecord {
  first = "";
  return { outcome: "unknown-schema", schemaId: value.readInt32BE(1) };
}

function kill(): void {
  process.kill(process.pid, "SIGKILL");
}
