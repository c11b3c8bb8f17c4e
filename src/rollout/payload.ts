import { JsonDocument, MAX_DEPTH, type Node, scan } from "../json/index.ts";
import { Fields } from "./fields.ts";

/** The payload of one line: what its members are is known, what is inside them is recorded when it is asked for. */
export class Payload {
  readonly #line: JsonDocument;
  readonly #inner = new JsonDocument();
  #node: Node = 0;
  #isWhole = false;

  constructor(line: JsonDocument) {
    this.#line = line;
  }

  /** Goes to the payload of the line that the document holds now; whole means that the line was recorded to its last value. */
  at(node: Node, isWhole: boolean): this {
    this.#node = node;
    this.#isWhole = isWhole;
    return this;
  }

  /** The members; of lists and objects among them perhaps only the kind. */
  members(): Fields {
    return new Fields(this.#line, this.#node, "payload");
  }

  /** The members, down to the last value. They were validated with the line. */
  whole(): Fields {
    if (this.#isWhole) return this.members();
    scan(this.#inner, this.#line.bytes, this.#line.start(this.#node), this.#line.end(this.#node), MAX_DEPTH);
    return new Fields(this.#inner, 0, "payload");
  }
}
