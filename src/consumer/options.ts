import { z } from "zod";
import {
  type ConnectionOptions,
  connectionShape,
  hasWholeKeyPair,
  WHOLE_KEY_PAIR,
  wrongOptions,
} from "../client-options/index.ts";
import { ConsumerOptionsError } from "./errors.ts";
import { MUTATION_TOPICS, type MutationPosition, type MutationTopic } from "./position.ts";

/** Where to begin. A position goes on exactly there, and with the earliest mutation of what it does not name. */
export type ReadMutationsFrom = "earliest" | "latest" | { readonly time: Date } | MutationPosition;

export interface MutationReaderOptions extends ConnectionOptions {
  /** @default all three */
  readonly topics?: readonly MutationTopic[] | undefined;
  /** Partitions of each topic. A thread is in the partition of one number, in all topics. @default all */
  readonly partitions?: readonly number[] | undefined;
  /** @default "earliest" */
  readonly from?: ReadMutationsFrom | undefined;
  /** Wait for more at the end; without it reading stops at what was the end when it began. @default true */
  readonly follow?: boolean | undefined;
  /** Ends reading. */
  readonly signal?: AbortSignal | undefined;
  /** Told of what fails and is tried again: fetches, and questions to the schema registry. @default nobody is */
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

export interface MutationDecoderOptions {
  /** Base of Confluent's API, such as `http://127.0.0.1:8081`; may hold `user:password@`. */
  readonly schemaRegistryUrl: string;
}

const offsets = z.record(z.string().regex(/^\d+$/), z.int().min(0));
const position = z.strictObject({
  "thread-items": offsets.optional(),
  "turn-summaries": offsets.optional(),
  "lifecycle-events": offsets.optional(),
} satisfies Record<MutationTopic, unknown>);

const readerSchema = z
  .strictObject({
    ...connectionShape,
    topics: z
      .array(z.enum(MUTATION_TOPICS))
      .min(1)
      .default([...MUTATION_TOPICS]),
    partitions: z.array(z.int().min(0)).min(1).optional(),
    from: z
      .union([z.enum(["earliest", "latest"]), z.strictObject({ time: z.date() }), position], {
        error: 'it must be "earliest", "latest", { time: Date } or the position of a mutation',
      })
      .default("earliest"),
    follow: z.boolean().default(true),
    signal: z.instanceof(AbortSignal, { error: "it must be an AbortSignal" }).optional(),
    onRetry: z
      .custom<(error: unknown) => void>((value) => typeof value === "function", "it must be a function")
      .optional(),
  })
  .refine(hasWholeKeyPair, WHOLE_KEY_PAIR);

const decoderSchema = z.strictObject({ schemaRegistryUrl: connectionShape.schemaRegistryUrl });

export type CheckedReaderOptions = z.output<typeof readerSchema>;

/** @throws ConsumerOptionsError that names each option that is wrong, and what it must be */
export function checkedReaderOptions(options: MutationReaderOptions): CheckedReaderOptions {
  const { success, data, error } = readerSchema.safeParse(options);
  if (success) return data;
  throw new ConsumerOptionsError(`mutations cannot be read by these options: ${wrongOptions(error)}`, { cause: error });
}

/** @throws ConsumerOptionsError that names each option that is wrong, and what it must be */
export function checkedDecoderOptions(options: MutationDecoderOptions): z.output<typeof decoderSchema> {
  const { success, data, error } = decoderSchema.safeParse(options);
  if (success) return data;
  throw new ConsumerOptionsError(`no decoder can be made of these options: ${wrongOptions(error)}`, { cause: error });
}
