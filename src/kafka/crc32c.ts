/** The tables of slicing-by-8: what eight bytes do to the sum is looked up at once. */
const TABLES = tables();
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES;

/** CRC-32C (Castagnoli) of `bytes[start, end)`, which record batches carry (RFC 3720, appendix B.4). Unsigned. */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = -1;
  let at = start;
  for (const last = end - 8; at <= last; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      lookup(T7, low) ^
      lookup(T6, low >>> 8) ^
      lookup(T5, low >>> 16) ^
      lookup(T4, low >>> 24) ^
      lookup(T3, high) ^
      lookup(T2, high >>> 8) ^
      lookup(T1, high >>> 16) ^
      lookup(T0, high >>> 24);
  }
  for (; at < end; at++) crc = lookup(T0, crc ^ (bytes[at] as number)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function lookup(table: Int32Array, byte: number): number {
  return table[byte & 0xff] as number;
}

type Tables = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** The first is that of single bytes; each further one is for a byte that one more follows. */
function tables(): Tables {
  const POLYNOMIAL = 0x82f63b78;
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
  const after = (table: Int32Array): Int32Array => table.map((crc) => lookup(first, crc) ^ (crc >>> 8));
  const second = after(first);
  const third = after(second);
  const fourth = after(third);
  const fifth = after(fourth);
  const sixth = after(fifth);
  const seventh = after(sixth);
  return [first, second, third, fourth, fifth, sixth, seventh, after(seventh)];
}
