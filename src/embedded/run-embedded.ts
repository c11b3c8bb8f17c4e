import type { ObserverName } from "../projections/index.ts";
import type { ObserverStatus } from "../read-model/index.ts";
import { loadRedactor, RedactionRulesError, type Redactor, rulesText } from "../redaction/index.ts";
import { PositionsError, PositionsRefusedError, type ShipEvent } from "../ship/index.ts";
import { EmbeddedError, EmbeddedHistory } from "../sqlite/index.ts";
import { systemClock } from "../time/index.ts";
import { HaltError, type WorkerEvent } from "../worker/index.ts";
import { madeBy } from "./made-by.ts";
import type { EmbeddedEvent, ThreadEnd } from "./messages.ts";
import type { EmbeddedOptions } from "./options.ts";
import { Session, type SessionListener } from "./session.ts";
import { NO_STATUS, quarantined, statusAfter } from "./status.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** People see a change of status no sooner. */
const STATUS_MS = 200;

type Tell = (event: EmbeddedEvent) => void;

/** Imports and follows until `stop` aborts; after what may be otherwise in a while it goes on from where it was. */
export async function runEmbedded(options: EmbeddedOptions, tell: Tell, stop: AbortSignal): Promise<ThreadEnd> {
  let waitMs = FIRST_WAIT_MS;
  for (let isFirst = true; !stop.aborted; isFirst = false) {
    const since = Date.now();
    try {
      await runSession(options, tell, stop, isFirst);
      return { type: "done" };
    } catch (error) {
      const why = explained(error);
      if (why === undefined) throw error;
      if (!isPassing(error) || options.once) return { type: "failed", message: why };
      if (Date.now() - since > LONGEST_WAIT_MS) waitMs = FIRST_WAIT_MS;
      tell({ type: "retries", why, waitMs });
    }
    await systemClock.sleep(waitMs, stop);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
  return { type: "done" };
}

async function runSession(options: EmbeddedOptions, tell: Tell, stop: AbortSignal, isFirst: boolean): Promise<void> {
  const { redact } = options;
  const redactor: Redactor | null = redact === null ? null : await loadRedactor(redact);
  const rules = redact === null ? null : await rulesText(redact);
  using history = new EmbeddedHistory(options.file, madeBy(rules));
  if (history.discarded !== null) tell({ type: "discarded", why: history.discarded });
  tell({ type: "opened" });
  const statuses = new Map<string, ObserverStatus>(NO_STATUS.observers.map((status) => [status.observer, status]));
  let isNews = true;
  const listener: SessionListener = {
    ship: (event) => tell({ type: "ship", event: cloneable(event) }),
    committed: (end) => tell({ type: "committed", end }),
    ready() {
      tellStatus();
      tell({ type: "ready" });
    },
    worker(observer, event) {
      tellWorker(observer, event, tell);
      const before = statuses.get(observer);
      const after = before && statusAfter(before, event);
      if (after === undefined || after === before) return;
      statuses.set(observer, after);
      isNews = true;
    },
  };
  const session = new Session(history, options, redactor, listener, isFirst);
  const tellStatus = (): void => {
    if (!isNews) return;
    isNews = false;
    const status = { observers: [...statuses.values()], quarantined: quarantined(session.decisions.all) };
    tell({ type: "status", status });
  };
  const timer = setInterval(tellStatus, STATUS_MS);
  try {
    await session.run(stop);
  } finally {
    clearInterval(timer);
    tellStatus();
  }
}

/** Errors may hold what cannot go to another thread. */
function cloneable(event: ShipEvent): ShipEvent {
  if (event.type !== "problem") return event;
  const { error } = event;
  return { ...event, error: new Error(error instanceof Error ? error.message : String(error)) };
}

function tellWorker(observer: ObserverName, event: WorkerEvent, tell: Tell): void {
  if (event.type === "quarantined")
    tell({ type: "quarantined", observer, threadId: event.threadId, reason: event.reason });
}

/** What is said of an error that is no defect; undefined for others. */
function explained(error: unknown): string | undefined {
  if (error instanceof EmbeddedError || error instanceof PositionsError) return error.message;
  if (error instanceof RedactionRulesError || error instanceof HaltError) return error.message;
  return undefined;
}

function isPassing(error: unknown): boolean {
  if (error instanceof EmbeddedError) return error.kind === "passing";
  return error instanceof PositionsError && !(error instanceof PositionsRefusedError);
}
