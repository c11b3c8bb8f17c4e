import {
  type Observation,
  type ObservedLine,
  type ObserverName,
  type PositionedLine,
  Positions,
  type RunningObserver,
  startObserver,
} from "../projections/index.ts";
import { ThreadMode } from "../rollout/index.ts";
import type { StoredThread, ThreadDelta } from "./checkpoint-store.ts";
import type { Offset } from "./records.ts";

/** Where a thread stopped, and why. */
export interface Quarantine {
  readonly offset: Offset;
  readonly reason: string;
}

/** Fields of a stored thread that are the worker's; those of the observer's state carry a prefix. */
const OFFSET = "offset";
const POSITIONS = "positions";
const MODE = "mode";
const QUARANTINE = "quarantine";
const STATE = "s:";

/** Memory of a thread beside its fields: maps, closures, hidden classes. A rough figure. */
const OVERHEAD_BYTES = 1_024;

/** One thread in the memory of a partition worker: positions, history mode and the observer's state. */
export class Thread {
  readonly id: string;
  readonly positions: Positions;
  readonly mode: ThreadMode;
  /** Every record of the thread below it is reflected. */
  offset: Offset;
  quarantine: Quarantine | null;
  /** About how much memory it takes. */
  bytes = OVERHEAD_BYTES;
  /** Revision that the next delta stands on. */
  #revision: number;
  #replaces: boolean;
  readonly #observer: RunningObserver;
  readonly #dirty = new Set<string>();
  #touched = false;
  #measured = 0;
  #storedMode: string;

  private constructor(id: string, observer: RunningObserver, revision: number, fields: ReadonlyMap<string, string>) {
    this.id = id;
    this.#observer = observer;
    this.#revision = revision;
    this.#replaces = fields.size === 0;
    const positions = fields.get(POSITIONS);
    this.positions = positions === undefined ? new Positions() : Positions.decode(positions);
    this.#storedMode = fields.get(MODE) ?? "";
    this.mode = this.#storedMode === "" ? new ThreadMode() : ThreadMode.decode(this.#storedMode);
    this.offset = Number(fields.get(OFFSET) ?? 0);
    const quarantine = fields.get(QUARANTINE);
    this.quarantine = quarantine === undefined ? null : JSON.parse(quarantine);
    this.#setMeasured(fields);
  }

  /** A thread of which nothing was seen. It takes the place of what may be stored, which has this revision. */
  static fresh(observer: ObserverName, id: string, revision = 0): Thread {
    return new Thread(id, startObserver(observer), revision, new Map());
  }

  static restored(observer: ObserverName, id: string, { revision, fields }: StoredThread): Thread {
    return new Thread(id, startObserver(observer, stateOf(fields)), revision, fields);
  }

  /** Revision of what is stored, once all captured deltas are. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether it has anything that is not yet on its way to the store. */
  get isDirty(): boolean {
    return this.#touched;
  }

  observe(line: ObservedLine): Observation {
    const observation = this.#observer.observe(line);
    for (const field of observation.fields) this.#dirty.add(field);
    return observation;
  }

  /** Takes note that a line was applied, the record at `offset`. */
  advance(line: PositionedLine, offset: Offset): void {
    this.positions.advance(line);
    this.reflect(offset);
  }

  /** Takes note that the record at `offset` is dealt with. */
  reflect(offset: Offset): void {
    this.offset = offset + 1;
    this.#touched = true;
  }

  stopAt(quarantine: Quarantine): void {
    this.quarantine = quarantine;
    this.#touched = true;
  }

  /** What has to be stored; from then on it counts as stored. */
  capture(): ThreadDelta {
    const set = new Map<string, string>([
      [OFFSET, String(this.offset)],
      [POSITIONS, this.positions.encode()],
    ]);
    const removed: string[] = [];
    const mode = this.mode.encode();
    if (mode !== this.#storedMode) set.set(MODE, mode);
    this.#storedMode = mode;
    if (this.quarantine !== null) set.set(QUARANTINE, JSON.stringify(this.quarantine));
    for (const field of this.#dirty) {
      const text = this.#observer.encode(field);
      if (text === undefined) removed.push(STATE + field);
      else set.set(STATE + field, text);
      this.bytes += field.length + (text?.length ?? 0);
    }
    this.#dirty.clear();
    this.#touched = false;
    // Overwritten fields were counted again: measure when that may have doubled the figure, so that it costs little.
    if (this.bytes > 2 * this.#measured) this.#setMeasured(this.#observer.store());
    const delta = { threadId: this.id, revision: this.#revision, replaces: this.#replaces, set, removed };
    this.#revision += 1;
    this.#replaces = false;
    return delta;
  }

  #setMeasured(fields: Iterable<readonly [field: string, text: string]>): void {
    let bytes = OVERHEAD_BYTES;
    for (const [field, text] of fields) bytes += field.length + text.length;
    this.bytes = bytes;
    this.#measured = bytes;
  }
}

function stateOf(fields: ReadonlyMap<string, string>): Map<string, string> {
  const state = new Map<string, string>();
  for (const [field, text] of fields) if (field.startsWith(STATE)) state.set(field.slice(STATE.length), text);
  return state;
}
