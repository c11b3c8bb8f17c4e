/** Whose checkpoint it is: one observer on one partition. */
export interface CheckpointPlace {
  /** Begins every key, for a Redis that others use too. */
  readonly keyPrefix: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/** The keys of one checkpoint. All have one hash tag, so that in a Cluster they lie in one slot. */
export class CheckpointKeys {
  readonly head: string;
  readonly #base: string;

  constructor({ keyPrefix, group, topic, partition }: CheckpointPlace) {
    if (/[{}]/.test(keyPrefix + group))
      throw new RangeError(
        `the Redis key prefix "${keyPrefix}" and the group "${group}" must have no { or }: change them`,
      );
    this.#base = `${keyPrefix}{${group}:${topic}:${partition}}:`;
    this.head = `${this.#base}head`;
  }

  /** The set of thread ids. */
  threads(generation: number): string {
    return `${this.#base}${generation}:threads`;
  }

  /** The hash of one thread. */
  thread(generation: number, threadId: string): string {
    return `${this.#base}${generation}:t:${threadId}`;
  }

  /** Matches all of them, for an operator who deletes them. */
  get pattern(): string {
    return `${this.#base}*`;
  }
}
