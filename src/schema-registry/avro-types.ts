import avsc, { type Type } from "avsc";

/** What avsc's types leave out: each type reads and writes at a tap, a position in a buffer. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  writeLong(value: number): void;
}

interface Codable {
  _read(tap: Tap): unknown;
  _write(tap: Tap, value: unknown): void;
}

/** avsc's float arithmetic on longs is exact, before and after zigzag, as far as here. */
const FAST = 2 ** 51;

/** Any 64-bit integer, by way of its eight bytes: slow. */
const exactLong = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => {
    const exact = bytes.readBigInt64LE();
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  },
  toBuffer: (value: number | bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: (value: unknown) => value,
  toJSON: (value: unknown) => value,
  isValid: (value: unknown) =>
    typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value),
  compare: (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0),
}) as Type & Codable;

/** `long` as `Integer`: a number while that is exact, else a bigint. Numbers that are not huge take avsc's fast way. */
const integer = derived(exactLong, {
  _read(tap) {
    const start = tap.pos;
    const value = tap.readLong();
    if (value >= -FAST && value <= FAST) return value;
    tap.pos = start;
    return exactLong._read(tap);
  },
  _write(tap, value) {
    if (Number.isInteger(value) && Number(value) >= -FAST && Number(value) <= FAST) tap.writeLong(Number(value));
    else exactLong._write(tap, value);
  },
});

/** `bytes` as a view of what is read: avsc itself copies them. */
const bytesView = derived(new avsc.types.BytesType() as Type & Codable, {
  _read(tap) {
    const length = tap.readLong();
    const start = tap.pos;
    // Past the end avsc looks at the position only, once all is read.
    const end = length >= 0 && length <= tap.buf.length - start ? start + length : tap.buf.length + 1;
    tap.pos = end;
    return tap.buf.subarray(start, end);
  },
});

/** avsc freezes its types, which does not keep others from inheriting. */
function derived(type: Type & Codable, methods: Partial<Codable>): Type {
  const own = Object.entries(methods).map(([name, value]) => [name, { value }] as const);
  return Object.create(type, Object.fromEntries(own)) as Type;
}

const OWN_TYPES: Readonly<Record<string, Type>> = { long: integer, bytes: bytesView };

/**
 * Reads the text of a schema; its longs are `Integer`s and its bytes are views.
 *
 * @throws Error with avsc's reason when the text is no Avro schema
 */
export function parseSchema(text: string): Type {
  return avsc.Type.forSchema(JSON.parse(text), {
    omitRecordMethods: true,
    typeHook: (schema) => {
      const name: unknown = typeof schema === "object" && "type" in schema ? schema.type : schema;
      return typeof name === "string" && Object.hasOwn(OWN_TYPES, name) ? OWN_TYPES[name] : undefined;
    },
  });
}
