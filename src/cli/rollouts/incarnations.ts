import { replacedRolloutId } from "../../rollout/index.ts";
import { firstLineOf } from "../../rollout-files/index.ts";
import type { KnownRollout } from "./known.ts";

/**
 * Files of a thread that name the same rollout (ADR 0019, ADR 0020). Those with the same first line are copies: what one of
 * them held is not applied again. Another first line means that the rollout was replaced: another incarnation of it.
 */
export class Incarnations {
  readonly #counts = new Map<string, number>();
  readonly #firstLines = new Map<string, Buffer>();
  readonly #applied = new Map<string, Applied>();

  constructor(rollouts: readonly KnownRollout[]) {
    for (const { rolloutId } of rollouts) this.#counts.set(rolloutId, (this.#counts.get(rolloutId) ?? 0) + 1);
  }

  async of({ file, rolloutId }: KnownRollout): Promise<Incarnation> {
    if (this.#counts.get(rolloutId) === 1) return { rolloutId, next: 0, applied: { lines: 0 } };
    const firstLine = await firstLineOf(file);
    const known = this.#firstLines.get(rolloutId);
    if (known === undefined) this.#firstLines.set(rolloutId, firstLine);
    const id = known === undefined || known.equals(firstLine) ? rolloutId : replacedRolloutId(rolloutId, firstLine);
    const applied = this.#applied.get(id) ?? { lines: 0 };
    this.#applied.set(id, applied);
    return { rolloutId: id, next: applied.lines, applied };
  }
}

/** Up to where a rollout was applied, even if its file could not be read to the end. */
interface Applied {
  lines: number;
}

export interface Incarnation {
  /** The id that the rollout goes by. */
  readonly rolloutId: string;
  /** The first position that was not yet applied. */
  readonly next: number;
  /** Where to note what is. */
  readonly applied: Applied;
}
