import type { ReadMutation } from "./decoded.ts";
import { MutationReadError } from "./errors.ts";
import { type CheckedReaderOptions, checkedReaderOptions, type MutationReaderOptions } from "./options.ts";
import type { MutationPosition } from "./position.ts";

/**
 * The committed mutations of an installation: in order within a topic and partition, so in order for each thread in each topic.
 * Another loop over the same reader goes on behind the mutation that was given last.
 *
 * Reads as nobody, without a consumer group: the position is the reader's to keep. What fails on the way is tried again, until
 * it succeeds or `signal` aborts.
 *
 * Iterating throws:
 * - `MutationReadError` when reading cannot begin
 * - `PositionLostError` when the log does not hold the place to go on from
 * - `UnreadableMutationError` for a record that is no mutation
 */
export interface MutationReader extends AsyncIterable<ReadMutation> {
  /** Where reading stands; null until it has begun. */
  readonly position: MutationPosition | null;
}

/**
 * A reader of mutations. It connects when it is first iterated.
 *
 * @throws ConsumerOptionsError that names each option that is wrong
 */
export function createMutationReader(options: MutationReaderOptions): MutationReader {
  return new LogReader(checkedReaderOptions(options));
}

class LogReader implements MutationReader {
  readonly #options: CheckedReaderOptions;
  #position: MutationPosition | null = null;
  #isReading = false;

  constructor(options: CheckedReaderOptions) {
    this.#options = options;
  }

  get position(): MutationPosition | null {
    return this.#position;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReadMutation> {
    if (this.#isReading) throw new MutationReadError("this reader is being read already: make another one");
    this.#isReading = true;
    try {
      const { readMutations } = await import("./read-mutations.ts");
      const options = { ...this.#options, from: this.#position ?? this.#options.from };
      yield* readMutations(options, (position) => {
        this.#position = position;
      });
    } finally {
      this.#isReading = false;
    }
  }
}
