import type { EmbeddedEvent } from "../../embedded/index.ts";
import { ShipReport } from "../ship/report.ts";
import { complain } from "../terminal.ts";

/** Tells people how the import goes: a bar on a terminal, and what is not as it should be. */
export class StartReport {
  readonly #ship: ShipReport;

  constructor(maxLineBytes: number) {
    this.#ship = new ShipReport({
      isTerminal: process.stderr.isTTY === true,
      isFollowing: false,
      maxRecordBytes: maxLineBytes,
      limitName: "ship.maxLineBytes",
    });
  }

  readonly on = (event: EmbeddedEvent): void => {
    switch (event.type) {
      case "ship":
        this.#ship.on(event.event);
        break;
      case "discarded":
        this.say(`what was imported before is imported again: ${event.why}`);
        break;
      case "retries":
        this.say(`${event.why}; tries again in ${event.waitMs / 1000} s, from where it was`);
        break;
      case "quarantined":
        this.say(
          `${event.observer} stopped at a line of thread ${event.threadId}: ${event.reason} (\`--fresh\` tries again, such as with a newer version)`,
        );
        break;
      case "opened":
      case "status":
      case "committed":
      case "ready":
        break;
    }
  };

  /** Whether anything could not be read. */
  get isIncomplete(): boolean {
    return this.#ship.isIncomplete;
  }

  get summary(): string {
    return this.#ship.summary("imported");
  }

  say(message: string): void {
    this.clear();
    complain(message);
  }

  /** Takes the bar off the terminal. */
  clear(): void {
    this.#ship.clear();
  }
}
