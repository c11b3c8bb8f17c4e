import { topicNames } from "../../kafka/index.ts";
import { AvroDecoder } from "../../schema-registry/index.ts";
import { CliError } from "../cli-error.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { kafkaClient } from "../kafka-client.ts";
import { Progress } from "../progress.ts";
import { schemaRegistry } from "../schema-registry-client.ts";
import { demand, type Settings } from "../settings.ts";
import { complain } from "../terminal.ts";
import { checkFree, destinationOf } from "./destination.ts";
import { exportRollouts, type WriteOptions } from "./export-rollouts.ts";
import { faultsOf } from "./findings.ts";
import { rolloutTable } from "./list-rollouts.ts";
import { type FoundThread, scanThread } from "./scan-thread.ts";
import type { ThreadSource } from "./thread-records.ts";

export interface ExportOptions {
  readonly threadId: string;
  /** Look also where the thread does not belong. */
  readonly allPartitions: boolean;
  /** Null: only list the rollouts. */
  readonly write: WriteOptions | null;
}

/** Restores rollouts of a thread from the input topic, or lists them; answers the exit code. */
export async function runExport(
  { threadId, allPartitions, write }: ExportOptions,
  settings: Settings,
): Promise<number> {
  demand(settings, "kafka.brokers", "schemaRegistry.url");
  const { config } = settings;
  const destination = write === null ? null : destinationOf(write.out, write.selection.type === "all");
  if (destination?.type === "file") checkFree(destination.path, write?.replaces === true);
  const progress = await Progress.shown(process.stderr.isTTY === true, 0);
  const source: ThreadSource = {
    client: kafkaClient(config, commandLog(settings)),
    topic: topicNames(config.prefix).rolloutEvents,
    threadId,
    decoder: new AvroDecoder(schemaRegistry(config)),
    onRead: progress.advance,
    remark: (message) => {
      progress.clear();
      complain(message);
    },
  };
  try {
    const thread = await scanThread(source, allPartitions);
    if (thread.rollouts.length === 0) throw unknownThread(source, thread);
    progress.clear();
    if (write === null || destination === null) return listRollouts(source, thread);
    return await exportRollouts(source, thread, { ...write, destination });
  } finally {
    progress.clear();
  }
}

function listRollouts({ threadId, remark }: ThreadSource, thread: FoundThread): number {
  const faults = faultsOf(thread, []);
  for (const fault of faults) remark(fault);
  process.stdout.write(rolloutTable(threadId, thread.rollouts));
  return faults.length === 0 ? ExitCode.done : ExitCode.incomplete;
}

function unknownThread({ topic, threadId }: ThreadSource, thread: FoundThread): CliError {
  const unknown = `${topic} has no line of thread ${threadId} (\`consume rollout-events\` shows ids)`;
  return new CliError([...faultsOf(thread, []), unknown]);
}
