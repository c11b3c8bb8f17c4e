import { z } from "zod";
import {
  type ConnectionOptions,
  connectionShape,
  hasWholeKeyPair,
  WHOLE_KEY_PAIR,
  wrongOptions,
} from "../client-options/index.ts";
import { ProducerOptionsError } from "./errors.ts";

/** How lines get into the log. All but the first two have defaults. */
export interface RolloutProducerOptions extends ConnectionOptions {
  /** Largest record; of a longer line values are left out (docs/producing.md). @default 8 MiB, the usual ceiling of managed Kafka */
  readonly maxRecordBytes?: number | undefined;
  /** How long lines gather before they are sent: what each append takes longer. @default 10, which makes batches of a busy agent */
  readonly lingerMs?: number | undefined;
  /** So much is sent at once at most. @default 900 KiB: brokers refuse batches over 1 MB unless the topic says otherwise */
  readonly batchBytes?: number | undefined;
  /** Bytes on their way before further lines wait. @default 4 MiB: four batches, whatever the number of appends */
  readonly bufferBytes?: number | undefined;
  /** How long lines are sent again and again before their append fails. @default 120,000: longer than a broker takes to restart */
  readonly deliveryMs?: number | undefined;
  /** @default "none"; gzip makes lines 2.6 times smaller, and producing twice as slow */
  readonly compression?: "none" | "gzip" | undefined;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

function whole(preset: number, [min, max]: readonly [min: number, max: number]) {
  return z.int().min(min).max(max).default(preset);
}

const optionsSchema = z
  .strictObject({
    ...connectionShape,
    maxRecordBytes: whole(8 * MEBIBYTE, [100_000, 512 * MEBIBYTE]),
    lingerMs: whole(10, [0, 10_000]),
    batchBytes: whole(900 * KIBIBYTE, [1_000, 512 * MEBIBYTE]),
    bufferBytes: whole(4 * MEBIBYTE, [1_000, 4_096 * MEBIBYTE]),
    deliveryMs: whole(120_000, [0, 86_400_000]),
    compression: z.enum(["none", "gzip"]).default("none"),
  })
  .refine(hasWholeKeyPair, WHOLE_KEY_PAIR);

export type CheckedOptions = z.output<typeof optionsSchema>;

/** @throws ProducerOptionsError that names each option that is wrong, and what it must be */
export function checkedOptions(options: RolloutProducerOptions): CheckedOptions {
  const { success, data, error } = optionsSchema.safeParse(options);
  if (success) return data;
  throw new ProducerOptionsError(`no producer can be made of these options: ${wrongOptions(error)}`, { cause: error });
}
