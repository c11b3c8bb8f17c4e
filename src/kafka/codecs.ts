import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { CompressionCodecs, CompressionTypes } from "./kafkajs-exports.ts";

/** As kafkajs takes it. What is written here is compressed by gzip alone, which kafkajs has. */
interface Decompressor {
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** Producers of other languages, and topics with a `compression.type`, compress by codecs that kafkajs knows by name only. */
export function learnCodecs(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = (): Decompressor => ({ decompress: promisify(zstdDecompress) });
  CompressionCodecs[CompressionTypes.LZ4] = (): Decompressor => ({ decompress: decompressLz4 });
  CompressionCodecs[CompressionTypes.Snappy] = (): Decompressor => ({ decompress: decompressSnappy });
}

/** Loaded when it is met, as few will. */
async function decompressLz4(bytes: Buffer): Promise<Buffer> {
  const { default: lz4 } = await import("lz4-napi");
  return await lz4.decompressFrame(bytes);
}

/** What Java's clients put before blocks of snappy: a magic, then two versions. */
const JAVA_MAGIC = Buffer.from("\x82SNAPPY\0", "latin1");
const JAVA_HEADER_BYTES = 16;
const LENGTH_BYTES = 4;

/** Java's clients write several blocks, each behind its length; others one, without more. */
async function decompressSnappy(bytes: Buffer): Promise<Buffer> {
  const { default: snappy } = await import("snappy");
  const block = async (part: Buffer) => Buffer.from(await snappy.uncompress(part));
  if (!bytes.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC)) return await block(bytes);
  const blocks: Buffer[] = [];
  for (let at = JAVA_HEADER_BYTES; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    at = start + bytes.readInt32BE(at);
    blocks.push(await block(bytes.subarray(start, at)));
  }
  return Buffer.concat(blocks);
}
