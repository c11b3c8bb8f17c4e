import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { PublishError, TopicsError } from "../../kafka/index.ts";
import { RecordMaker } from "../../producer/index.ts";
import { loadRedactor, type Redactor } from "../../redaction/index.ts";
import {
  FileShipper,
  Follower,
  LineRecords,
  PositionsError,
  PositionsRefusedError,
  recoverPositions,
} from "../../ship/index.ts";
import { SqliteShipPositions } from "../../ship-positions/index.ts";
import { CliError } from "../cli-error.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { NotYetError } from "../not-yet-error.ts";
import { demand, type Settings } from "../settings.ts";
import { complain } from "../terminal.ts";
import { unreachable } from "../unreachable.ts";
import { Destination } from "./destination.ts";
import { dryRun } from "./dry-run.ts";
import { followOptions, shipOptions } from "./options.ts";
import { positionsFile, type ShippedPaths, shippedPaths } from "./places.ts";
import { ShipReport } from "./report.ts";

export interface ShipCommand {
  readonly paths: readonly string[];
  readonly once: boolean;
  readonly dryRun: boolean;
  /** Rules, or null. */
  readonly redact: string | null;
}

/** A sidecar stays small: by default V8 lets 60 MB more of garbage gather, for a tenth of the time. */
const HEAP_GROWTH = "--heap-growing-percent=50";
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Ships what the paths hold, with `once` what they hold now; answers the exit code. */
export async function runShip(command: ShipCommand, settings: Settings): Promise<number> {
  const paths = shippedPaths(command.paths, process.env);
  const redactor = command.redact === null ? null : await loadRedactor(command.redact);
  if (command.dryRun) return await dryRun(paths, redactor, settings);
  demand(settings, "kafka.brokers", "schemaRegistry.url");
  setFlagsFromString(HEAP_GROWTH);
  const stop = stopped();
  const report = new ShipReport({
    isTerminal: process.stderr.isTTY === true,
    isFollowing: !command.once,
    maxRecordBytes: settings.config.producer.maxRecordBytes,
  });
  const ship = () => shipSession(paths, command.once, redactor, settings, report, stop);
  await (command.once ? ship() : patiently(ship, settings, report, stop));
  report.clear();
  process.stdout.write(`${report.summary("shipped")}\n`);
  if (command.once && stop.aborted)
    throw new CliError("was told to stop before the end: run it again, it goes on where it was");
  return command.once && report.isIncomplete ? ExitCode.incomplete : ExitCode.done;
}

async function shipSession(
  paths: ShippedPaths,
  once: boolean,
  redactor: Redactor | null,
  settings: Settings,
  report: ShipReport,
  stop: AbortSignal,
): Promise<void> {
  const { config } = settings;
  const file = positionsFile(config, process.env);
  await using destination = await Destination.open(settings, commandLog(settings));
  using positions = new SqliteShipPositions(file, destination.name);
  const records = new LineRecords(new RecordMaker({ maxRecordBytes: config.producer.maxRecordBytes }), redactor);
  if (destination.isEmpty && positions.holdsAny)
    throw new CliError(
      `${destination.name} is empty, but ${file} tells that lines were shipped to it: was it made again? Move that file away to ship all again`,
    );
  if (!positions.isKnown) {
    const mayHold = config.ship.recover === "topic" && !destination.isEmpty;
    const recovered = mayHold
      ? await recoverPositions((names) => destination.recordsSince(names, stop), records, {
          paths: paths.paths,
          maxLineBytes: config.ship.maxLineBytes,
        })
      : { incarnations: [], files: [] };
    if (stop.aborted) return; // what was read may be a part only
    positions.makeKnown(recovered);
  }
  const shipper = new FileShipper(positions, records, destination, shipOptions(config, once));
  const follower = new Follower(followOptions(config, paths), positions, shipper, report.on);
  await (once ? follower.once(stop) : follower.follow(stop));
}

/** Again and again, from where it was, while a service that it needs fails. */
async function patiently(
  ship: () => Promise<void>,
  settings: Settings,
  report: ShipReport,
  stop: AbortSignal,
): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; !stop.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const since = Date.now();
    try {
      await ship();
      return;
    } catch (error) {
      if (!isTemporary(error, settings)) throw error;
      report.clear();
      const { expected } = await import("../expected.ts");
      const message =
        error instanceof PublishError ? error.message : (expected(error, settings)?.message ?? String(error));
      complain(`${message}; tries again in ${waitMs / 1000} s, from where it was`);
    }
    if (Date.now() - since > LONGEST_WAIT_MS) waitMs = FIRST_WAIT_MS;
    await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined); // told to stop
  }
}

/** What may be otherwise in a while. */
function isTemporary(error: unknown, settings: Settings): boolean {
  if (error instanceof PositionsRefusedError) return false;
  const kinds = [PublishError, NotYetError, TopicsError, PositionsError];
  return kinds.some((kind) => error instanceof kind) || unreachable(error, settings) !== undefined;
}

/** Aborts when the process is told to stop; told again it ends at once. */
function stopped(): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(ExitCode.incomplete);
    stop.abort();
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return stop.signal;
}
