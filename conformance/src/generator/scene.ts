import type { Random } from "../random.ts";
import type { HistoryMode } from "../rollout-file.ts";
import type { Families, Family } from "./families.ts";
import { opaque } from "./opaque.ts";
import { Texts } from "./texts.ts";
import type { Fields, Raw, Value } from "./written.ts";

const COLLIDING = [
  "item-1",
  "item-2",
  "item-3",
  "item-10",
  "rollout-1",
  "rollout-2",
  "",
  "__proto__",
  "constructor",
  "a",
  "A",
  "é",
  " a ",
] as const;

/** What the rollout being made has so far, and how its values are drawn. */
export class Scene {
  readonly random: Random;
  readonly families: Families;
  readonly mode: HistoryMode;
  readonly threadId: string;
  readonly texts: Texts;
  readonly turnIds: string[] = [];
  private readonly callIds: string[] = [];
  /** The turn that a well-behaved client would be in. */
  openTurn: string | undefined;
  /** How often an id belongs to another turn or call than it should. */
  private readonly confusion: number;

  constructor(random: Random, families: Families, mode: HistoryMode, threadId: string) {
    this.random = random;
    this.families = families;
    this.mode = mode;
    this.threadId = threadId;
    this.texts = new Texts(random, families.has("rich"));
    this.confusion = families.has("chaos") ? random.pick([0, 0, 0.05, 0.4]) : 0;
  }

  has(family: Family): boolean {
    return this.families.has(family);
  }

  /** A field that may be absent or null. */
  optional<T extends Value>(make: () => T): T | null | undefined {
    return this.random.pick([undefined, undefined, null, make(), make()]);
  }

  /** A field that may be absent but not null. */
  defaulted<T extends Value>(make: () => T): T | undefined {
    return this.random.chance(0.5) ? make() : undefined;
  }

  newTurnId(): string {
    const id =
      this.has("collisions") && this.random.chance(0.04)
        ? this.random.pick([...COLLIDING, ...this.turnIds])
        : this.freshTurnId();
    this.turnIds.push(id);
    return id;
  }

  /** The id of the turn that an event belongs to. */
  turnId(): string {
    if (this.openTurn !== undefined && !this.random.chance(this.confusion)) return this.openTurn;
    return this.random.pick(this.turnIds) ?? this.freshTurnId();
  }

  /** Any turn id, known or not. */
  anyTurnId(): string {
    return this.random.pick(["unknown-turn", ...(this.has("collisions") ? [""] : []), ...this.turnIds.slice(-4)]);
  }

  callId(): string {
    const seen = this.random.chance(0.12) ? this.random.pick(this.callIds) : undefined;
    if (seen !== undefined) return seen;
    const id =
      this.has("collisions") && this.random.chance(0.1) ? this.random.pick(COLLIDING) : `call_${this.callIds.length}`;
    this.callIds.push(id);
    return id;
  }

  anyThreadId(): string {
    return this.random.chance(0.5) ? this.threadId : this.random.uuid();
  }

  /** A thread id as it may be written: other letters' case and missing hyphens mean the same. */
  writtenThreadId(): string {
    const id = this.anyThreadId();
    if (!this.has("rich") || this.random.chance(0.8)) return id;
    return this.random.pick([id.toUpperCase(), id.replaceAll("-", "")]);
  }

  seconds(): number {
    return this.has("rich") && this.random.chance(0.1)
      ? this.random.pick([0, -1, 4102444800, -62135596800])
      : 1780653600 + this.random.below(100_000);
  }

  milliseconds(): number {
    return this.has("rich") && this.random.chance(0.1)
      ? this.random.pick([0, -5, 1, 253402300799999])
      : 1780653600000 + this.random.below(100_000_000);
  }

  durationMs(): number {
    return this.has("rich") && this.random.chance(0.1)
      ? this.random.pick([0, -1, 9007199254740991])
      : this.random.below(100_000);
  }

  duration(): Fields {
    const nanos = this.random.pick([0, 1, 999_999, 1_000_000, 999_999_999, this.random.below(1_000_000_000)]);
    return {
      secs: this.random.pick([0, 1, this.random.below(5_000)]),
      nanos: this.has("rich") && this.random.chance(0.05) ? 2_500_000_000 : nanos,
    };
  }

  opaque(): Raw {
    return opaque(this.random, this.has("opaque"));
  }

  private freshTurnId(): string {
    return this.random.chance(0.5) ? `turn-${this.turnIds.length}` : this.random.uuid();
  }
}
