import type { ObservedLine } from "../src/projections/index.ts";
import { LineDecoder } from "../src/rollout/index.ts";
import { THREAD_ID } from "./corpus.ts";

/** A thread whose turns have ten items each, or one whose single turn never ends. */
export type Shape = "many turns" | "one turn";

const ITEMS_OF_A_TURN = 10;
const TIMESTAMP = "2026-06-05T10:00:00.000Z";

/** Makes the lines of a legacy thread as long as one likes: user and agent messages, reasoning, commands. */
export class LineMaker {
  /** How many items the lines so far have made. */
  items = 0;
  readonly #shape: Shape;
  readonly #decoder = new LineDecoder();
  #position = 0;
  #turn = 0;
  #itemsOfTurn = 0;
  #isOpen = false;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  lines(count: number): ObservedLine[] {
    return Array.from({ length: count }, () => this.#observed(this.#next()));
  }

  /** Goes on where a thread of so many items does. */
  skip(items: number): void {
    while (this.items < items) {
      this.#next();
      this.#position += 1;
    }
  }

  #next(): object {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#turn += 1;
      this.#itemsOfTurn = 0;
      return { type: "task_started", turn_id: this.#turnId(), started_at: 1_780_000_000 + this.#turn };
    }
    if (this.#itemsOfTurn === ITEMS_OF_A_TURN && this.#shape === "many turns") {
      this.#isOpen = false;
      return {
        type: "task_complete",
        turn_id: this.#turnId(),
        completed_at: 1_780_000_000 + this.#turn,
        duration_ms: 7,
      };
    }
    this.items += 1;
    this.#itemsOfTurn += 1;
    return this.#item();
  }

  #item(): object {
    const number = this.items;
    switch (number % 4) {
      case 1:
        return { type: "user_message", message: `What is in file ${number}?`, images: [] };
      case 2:
        return { type: "agent_reasoning", text: `**Looking at file ${number}**` };
      case 3: {
        const command = ["bash", "-lc", `cat file-${number}.txt`];
        const [stdout, stderr, parsed_cmd] = ["a line\nand another\n", "", []];
        const output = {
          stdout,
          stderr,
          aggregated_output: stdout,
          formatted_output: stdout,
          exit_code: 0,
          status: "completed",
        };
        const place = { parsed_cmd, call_id: `call_${number}`, turn_id: this.#turnId(), cwd: "/home/user/project" };
        return { type: "exec_command_end", ...place, command, ...output, duration: { secs: 0, nanos: 5_000_000 } };
      }
      default:
        return { type: "agent_message", message: `File ${number} holds two lines.` };
    }
  }

  #turnId(): string {
    return `turn-${String(this.#turn).padStart(8, "0")}`;
  }

  #observed(payload: object): ObservedLine {
    const bytes = Buffer.from(JSON.stringify({ timestamp: TIMESTAMP, type: "event_msg", payload }));
    const line = this.#decoder.decode(bytes, 0, bytes.length, "legacy");
    if (line.outcome !== "event") throw new Error(`not an event: ${bytes.toString()} ${JSON.stringify(line)}`);
    const { event, counted, ordinal, timestamp } = line;
    const position = this.#position++;
    return { threadId: THREAD_ID, rolloutId: THREAD_ID, position, ordinal, counted, event, timestamp, generation: 0 };
  }
}
