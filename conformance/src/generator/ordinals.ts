import type { Random } from "../random.ts";
import { Raw, type Value } from "./written.ts";

/** Numbers the lines of a paginated rollout: as the client does, or (at `unrest` above 0) at times otherwise. */
export class Ordinals {
  private readonly random: Random;
  private readonly unrest: number;
  private nextOrdinal: number;

  constructor(random: Random, start: number, unrest: number) {
    this.random = random;
    this.nextOrdinal = start;
    this.unrest = unrest;
  }

  /** The number that an orderly next line has. */
  orderly(): number {
    return this.nextOrdinal++;
  }

  next(): Value | undefined {
    const { random } = this;
    if (!random.chance(this.unrest)) return this.orderly();
    switch (random.below(4)) {
      case 0:
        this.nextOrdinal += random.pick([1, 5, 1_000_000]);
        return this.orderly();
      case 1:
        return Math.max(0, this.nextOrdinal - 1);
      case 2:
        return random.below(this.nextOrdinal + 1);
      default:
        return random.pick([undefined, null, -1, "5", new Raw("1.5"), new Raw(`${this.nextOrdinal}.0`), true]);
    }
  }
}
