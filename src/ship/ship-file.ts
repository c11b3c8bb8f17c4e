import type { RolloutFile, RolloutIdentity } from "../rollout-files/index.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { openContent, type RolloutContent } from "./content.ts";
import { type Edges, extended, fingerprintOf } from "./edges.ts";
import { endsLine, type FilePlace, type PlaceOptions, placeOf } from "./file-place.ts";
import type { Incarnation, Place, ShipPositions, ShippedFile } from "./incarnation.ts";
import { isTorn, type LineLack, type LineRecords, type ShipRecord } from "./line-records.ts";
import { type RawLine, RawLines } from "./raw-lines.ts";

/** Where records go. */
export interface RecordSink {
  /** Takes records one after the other as there is room for them; resolves when it has them all. */
  send(records: Iterable<ShipRecord>): Promise<void>;
  /** Resolves once the broker has all that was sent so far. */
  acknowledged(): Promise<void>;
}

export interface ShipOptions extends PlaceOptions {
  /** Of a longer line only the size and the hash are taken. */
  readonly maxLineBytes: number;
  /** So much of a file is read at a time; then others have their turn. */
  readonly turnBytes: number;
  /** A whole last line without newline is taken once its file was left alone for so long; 0: at once. */
  readonly lineEndMs: number;
}

export interface ShippedLines {
  /**
   * `whole`: nothing of it is left to send. `more`: another turn is due. `waits`: it is to be looked at again later. `copy`: it
   * holds nothing new. `settles`: it waits, and may be another content in a moment.
   */
  readonly state: "whole" | "more" | "waits" | "settles" | "copy";
  readonly lines: number;
  readonly bytes: number;
  /** The id that a content goes by which took another's place, when it begins. */
  readonly replaced: string | null;
  /** Lines that no record could hold as they are, by their positions. */
  readonly lacking: ReadonlyMap<number, LineLack>;
}

const NONE = { lines: 0, bytes: 0, replaced: null, lacking: new Map<number, LineLack>() };

/** Sends what is new in rollout files, one file at a time. */
export class FileShipper {
  readonly #positions: ShipPositions;
  readonly #records: LineRecords;
  readonly #sink: RecordSink;
  readonly #options: ShipOptions;
  readonly #acknowledgements = new Acknowledgements();
  /** Up to where incarnations were sent, while the broker has not acknowledged that. */
  readonly #underWay = new Map<string, Place>();

  constructor(positions: ShipPositions, records: LineRecords, sink: RecordSink, options: ShipOptions) {
    this.#positions = positions;
    this.#records = records;
    this.#sink = sink;
    this.#options = options;
  }

  /**
   * Sends the next lines of a file, up to its end or the end of its turn.
   *
   * @throws UnreadableInputError when it cannot be read
   * @throws PositionsError, PublishError
   */
  async ship(file: RolloutFile, identity: RolloutIdentity): Promise<ShippedLines> {
    using content = openContent(file);
    const place = await placeOf({ path: file.path, identity, content }, this.#positions, this.#options);
    if (place.type === "waits") return { state: place.isSettling ? "settles" : "waits", ...NONE };
    if (place.type === "begins") this.#positions.begin(place.incarnation);
    const shipped: ShippedLines =
      place.type === "copy" ? { state: "copy", ...NONE } : await this.#shipFrom(file, content, place);
    this.#positions.noteFile(noteOf(file, content, place.incarnation, shipped));
    return shipped;
  }

  async #shipFrom(
    file: RolloutFile,
    content: RolloutContent,
    { type, incarnation }: Extract<FilePlace, { readonly type: "begins" | "goes-on" }>,
  ): Promise<ShippedLines> {
    const from = this.#underWay.get(keyOf(incarnation)) ?? incarnation.shipped;
    const edges = await content.edges(from.offset);
    if (edges === undefined) return { state: "more", ...NONE };
    const turn = new Turn(file, content, incarnation, from, edges);
    const state = await this.#take(turn);
    const replaced = type === "begins" && incarnation.number > 0 ? incarnation.rolloutId : null;
    const { sent, readBytes: bytes, lacking } = turn;
    return { state, lines: sent.position - from.position, bytes, replaced, lacking };
  }

  /** Rejects as soon as the broker does not acknowledge what was sent, or that cannot be noted. */
  get failed(): Promise<never> {
    return this.#acknowledgements.failed;
  }

  /** Resolves once the broker has all that was sent, and that is noted. */
  async settled(): Promise<void> {
    await this.#acknowledgements.settled();
  }

  async #take(turn: Turn): Promise<ShippedLines["state"]> {
    const splitter = new RawLines(this.#options.maxLineBytes);
    for await (const chunk of turn.chunks(this.#options.turnBytes)) {
      // What was read may be of a content that was written over the known one in the meantime.
      if (!(await turn.isUnchanged())) return "more";
      const lines = [...splitter.of(chunk)];
      const end = turn.took(chunk, lines.length);
      if (end !== undefined) await this.#send(turn, lines, end);
      if (lines.length > 0 && turn.isOver(this.#options.turnBytes)) return "more";
    }
    const rest = splitter.rest();
    if (rest === undefined) return "whole";
    const { now, lineEndMs } = this.#options;
    if (isTorn(rest) || now() - turn.content.mark.modifiedMs < lineEndMs) return "waits";
    await this.#send(turn, [rest], turn.tookRest());
    return "whole";
  }

  /** Noted first: after a crash it is known what content the lines were that the broker may have. */
  async #send(turn: Turn, lines: readonly RawLine[], { place, edges }: LineEnd): Promise<void> {
    const { incarnation } = turn;
    if (place.offset > incarnation.sent.offset) this.#positions.intend(incarnation, place, fingerprintOf(edges));
    await this.#sink.send(this.#recordsOf(turn, lines, place.position - lines.length));
    this.#underWay.set(keyOf(incarnation), place);
    this.#acknowledgements.after(this.#sink.acknowledged(), () => {
      this.#positions.acknowledge(incarnation, place);
      if (this.#underWay.get(keyOf(incarnation)) === place) this.#underWay.delete(keyOf(incarnation));
    });
  }

  *#recordsOf({ incarnation, file, lacking }: Turn, lines: readonly RawLine[], first: number): Iterable<ShipRecord> {
    const { threadId, rolloutId } = incarnation;
    let position = first;
    for (const line of lines) {
      const at = { threadId, rolloutId, position, recordedAt: this.#options.now(), fileName: file.name };
      const record = this.#records.recordOf(line, at);
      if (record.lack !== null) lacking.set(position, record.lack);
      yield record;
      position += 1;
    }
  }
}

function noteOf(
  { path }: RolloutFile,
  { mark }: RolloutContent,
  { threadId, rolloutId }: Incarnation,
  { state }: ShippedLines,
): ShippedFile {
  return { path, threadId, rolloutId, ...mark, isDone: state === "whole" || state === "copy" };
}

function keyOf({ threadId, rolloutId }: Incarnation): string {
  return `${threadId} ${rolloutId}`;
}

interface LineEnd {
  readonly place: Place;
  readonly edges: Edges;
}

const NEWLINE = 0x0a;

/** One file's turn: how far it was read, and up to which line it is sent. */
class Turn {
  readonly file: RolloutFile;
  readonly content: RolloutContent;
  readonly incarnation: Incarnation;
  readonly lacking = new Map<number, LineLack>();
  readBytes = 0;
  sent: Place;
  /** The end of what was read, and what lies around it. */
  #offset: number;
  #edges: Edges;

  constructor(file: RolloutFile, content: RolloutContent, incarnation: Incarnation, from: Place, edges: Edges) {
    this.file = file;
    this.content = content;
    this.incarnation = incarnation;
    this.sent = from;
    this.#offset = from.offset;
    this.#edges = edges;
  }

  /** What follows the last line that the broker has; the newline that this one lacked then is not part of it. */
  async *chunks(bytes: number): AsyncIterable<Buffer> {
    let isOpen = !endsLine(this.#edges);
    for await (const chunk of this.content.chunks(this.#offset, bytes)) {
      const skip = isOpen && chunk[0] === NEWLINE ? 1 : 0;
      if (skip === 1) this.#advance(chunk.subarray(0, 1));
      isOpen = false;
      if (chunk.length > skip) yield chunk.subarray(skip);
    }
  }

  /** What is compressed is read to its end: for another turn it would be read from its beginning. */
  isOver(turnBytes: number): boolean {
    return this.readBytes >= turnBytes && !this.file.isCompressed;
  }

  /** Whether what lies before the chunk is still what it was. */
  async isUnchanged(): Promise<boolean> {
    if (this.file.isCompressed) return true;
    const edges = await this.content.edges(this.#offset);
    return edges !== undefined && fingerprintOf(edges) === fingerprintOf(this.#edges);
  }

  /** Takes note of a chunk; answers where its last line ends. */
  took(chunk: Buffer, lines: number): LineEnd | undefined {
    const length = chunk.lastIndexOf(NEWLINE) + 1;
    const end = length === 0 ? undefined : this.#ended(lines, this.#offset + length, chunk.subarray(0, length));
    this.#advance(chunk);
    return end;
  }

  /** Takes note of the last line, which has no newline. */
  tookRest(): LineEnd {
    return this.#ended(1, this.#offset, Buffer.alloc(0));
  }

  #ended(lines: number, offset: number, bytes: Buffer): LineEnd {
    this.sent = { offset, position: this.sent.position + lines };
    return { place: this.sent, edges: extended(this.#edges, bytes) };
  }

  #advance(bytes: Buffer): void {
    this.#edges = extended(this.#edges, bytes);
    this.#offset += bytes.length;
    this.readBytes += bytes.length;
  }
}
