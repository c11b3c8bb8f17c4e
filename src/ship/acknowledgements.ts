/** Waits for what was sent, and carries out in order what may be done once the broker has it. */
export class Acknowledgements {
  #last: Promise<void> = Promise.resolve();
  readonly #failed = Promise.withResolvers<never>();

  constructor() {
    this.#failed.promise.catch(() => undefined); // nobody has to ask
  }

  /** Rejects with the first failure, once there is one. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** `then` follows once `acknowledged`, and all before it, has resolved. A failure stays, and keeps what comes after it from being done. */
  after(acknowledged: Promise<void>, then: () => void): void {
    const before = this.#last;
    this.#last = (async () => {
      await Promise.all([before, acknowledged]);
      then();
    })();
    this.#last.catch((error: unknown) => this.#failed.reject(error));
  }

  /** @throws the first failure */
  async settled(): Promise<void> {
    await this.#last;
  }
}
