import { type ReplayTo, replayGroup, topicNames } from "../../kafka/index.ts";
import type { ObserverName } from "../../projections/index.ts";
import { groupOf } from "../arguments.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { kafkaClient } from "../kafka-client.ts";
import { demand, type Settings } from "../settings.ts";
import { tableLines } from "../table.ts";
import { complain } from "../terminal.ts";

/** What `thread-history replay` was told. */
export interface ReplayCommandOptions {
  readonly observer: ObserverName;
  readonly to: ReplayTo;
  readonly partition?: number[];
  readonly skip?: boolean;
  readonly dryRun?: boolean;
}

export async function runReplay(settings: Settings, options: ReplayCommandOptions): Promise<number> {
  demand(settings, "kafka.brokers");
  const { prefix } = settings.config;
  const rows = await replayGroup(kafkaClient(settings.config, commandLog(settings)), {
    groupId: groupOf(prefix, options.observer),
    topic: topicNames(prefix).rolloutEvents,
    to: options.to,
    partitions: options.partition,
    maySkip: options.skip === true,
    dryRun: options.dryRun === true,
  });
  const lines = tableLines([
    ["PARTITION", "BEFORE", options.dryRun === true ? "WOULD BE" : "AFTER"],
    ...rows.map(({ partition, before, after }) => [partition, before ?? "none", after]),
  ]);
  process.stdout.write(`${lines.join("\n")}\n`);
  for (const { partition, after, wanted } of rows)
    if (after < wanted)
      complain(
        `partition ${partition} stays at ${after}: it has not come to ${wanted} yet (--skip goes there, and what lies between is never emitted)`,
      );
  return ExitCode.done;
}
