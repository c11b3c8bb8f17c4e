import { DEFAULT_PUBLISHER_OPTIONS, RolloutPublisher, topicNames } from "../../kafka/index.ts";
import { UnreadableInputError } from "../../rollout-files/index.ts";
import { encodeRolloutEvent } from "../../schema-registry/index.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { kafkaClient } from "../kafka-client.ts";
import { Progress } from "../progress.ts";
import { Incarnations } from "../rollouts/incarnations.ts";
import { byThread, type KnownRollout, knownRollouts } from "../rollouts/known.ts";
import { schemaIds, schemaRegistry } from "../schema-registry-client.ts";
import { demand, type Settings } from "../settings.ts";
import { complain } from "../terminal.ts";
import { type Publishing, publishRollout } from "./publish-rollout.ts";

/** A session line that names the thread is looked for in lines of at most 64 MiB. */
const MAX_SESSION_LINE_BYTES = 64 * 1024 * 1024;

/** Publishes what the paths hold; answers the exit code. What cannot be read is said on standard error, the rest is done. */
export async function runPublish(paths: readonly string[], settings: Settings): Promise<number> {
  demand(settings, "kafka.brokers", "schemaRegistry.url");
  const { config } = settings;
  const ids = await schemaIds(schemaRegistry(config), config.prefix);
  const faults = new Faults();
  const rollouts = await knownRollouts(paths, MAX_SESSION_LINE_BYTES, faults.report);
  const progress = await Progress.shown(process.stderr.isTTY === true, totalBytes(rollouts));
  const publisher = new RolloutPublisher(
    kafkaClient(config, commandLog(settings)),
    topicNames(config.prefix).rolloutEvents,
    { ...DEFAULT_PUBLISHER_OPTIONS, compression: config.kafka.compression },
  );
  faults.beforeTelling = progress.clear;
  await publisher.connect();
  try {
    const totals = await publishAll(rollouts, faults.report, {
      maxLineBytes: config.producer.maxRecordBytes,
      send: (record) =>
        publisher.publish([{ threadId: record.threadId, value: encodeRolloutEvent(record, ids["rollout-event"]) }]),
      now: Date.now,
      onRead: progress.advance,
      remark: faults.tell,
    });
    await publisher.flush();
    progress.clear();
    process.stdout.write(`${summaryOf(totals)}\n`);
  } finally {
    progress.clear();
    await publisher.close();
  }
  return faults.isIncomplete ? ExitCode.incomplete : ExitCode.done;
}

/** What could not be read, or is not as it should be. */
class Faults {
  isIncomplete = false;
  beforeTelling: () => void = () => undefined;

  readonly tell = (message: string): void => {
    this.beforeTelling();
    complain(message);
  };

  readonly report = (error: unknown): void => {
    if (!(error instanceof UnreadableInputError)) throw error;
    this.isIncomplete = true;
    this.tell(error.message);
  };
}

interface Totals {
  files: number;
  threads: number;
  lines: number;
  bytes: number;
  readonly since: number;
}

async function publishAll(
  rollouts: readonly KnownRollout[],
  report: (error: unknown) => void,
  publishing: Publishing,
): Promise<Totals> {
  const totals: Totals = { files: 0, threads: 0, lines: 0, bytes: 0, since: performance.now() };
  for (const thread of byThread(rollouts)) {
    const incarnations = new Incarnations(thread);
    totals.threads += 1;
    for (const rollout of thread) {
      try {
        const incarnation = await incarnations.of(rollout);
        const { lines, bytes } = await publishRollout(rollout.file, rollout.threadId, incarnation, publishing);
        totals.files += 1;
        totals.lines += lines;
        totals.bytes += bytes;
      } catch (error) {
        report(error);
      }
    }
  }
  return totals;
}

function totalBytes(rollouts: readonly KnownRollout[]): number {
  if (rollouts.some(({ file }) => file.isStream)) return 0;
  return rollouts.reduce((sum, { file }) => sum + file.bytes, 0);
}

function summaryOf({ files, threads, lines, bytes, since }: Totals): string {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  const megabytes = (bytes / 1e6).toFixed(1);
  return `published ${counted(files, "file")} of ${counted(threads, "thread")}: ${counted(lines, "line")}, ${megabytes} MB in ${seconds} s`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
