import { z } from "zod";

/** What answers look like: for the OpenAPI document, and for tests that hold answers against it. */
export const components = z.registry<{ readonly id: string }>();

const text = z.string().nullable();
const milliseconds = z.number().describe("Milliseconds since the epoch.");
const seconds = z.number().nullable().describe("Seconds since the epoch.");
const status = z.enum(["inProgress", "completed", "interrupted", "failed"]);
const anyObject = z.looseObject({});

export const threadSchema = z
  .strictObject({
    threadId: z.string(),
    createdAtMs: milliseconds,
    updatedAtMs: milliseconds,
    status: status.nullable().describe("Of its last turn."),
    preview: z.string().describe("What the user said first."),
    rolloutId: text,
    cwd: text,
    source: z.union([z.string(), anyObject]).nullable().describe("As Codex writes it."),
    sourceKind: text.describe("The kind of source in one word."),
    originator: text,
    cliVersion: text,
    modelProvider: text,
    historyMode: z.enum(["legacy", "paginated"]).nullable(),
    forkedFromId: text,
    parentThreadId: text,
    agentNickname: text,
    agentRole: text,
    git: z.strictObject({ commitHash: text, branch: text, repositoryUrl: text }).nullable(),
  })
  .register(components, { id: "Thread" });

const threadItemSchema = z
  .looseObject({ type: z.string(), id: z.string() })
  .describe("An item in the shape of Codex 0.169.0 (ThreadItem), verbatim.")
  .register(components, { id: "ThreadItem" });

const turnFields = {
  id: z.string(),
  ordinal: z.number().nullable().describe("Place among the thread's turns, from 1; of a fork, of its own turns."),
  rootTurnId: text,
  status,
  error: anyObject.nullable(),
  startedAt: seconds,
  completedAt: seconds,
  durationMs: z.number().nullable(),
};

export const turnSchema = z
  .strictObject({
    ...turnFields,
    items: z.array(threadItemSchema),
    itemsView: z.enum(["notLoaded", "summary", "full"]),
  })
  .register(components, { id: "Turn" });

const itemFields = { turnId: z.string(), ordinal: z.number().nullable(), isOpen: z.boolean() };

export const itemSchema = z
  .strictObject({ ...itemFields, item: threadItemSchema })
  .register(components, { id: "Item" });

const position = z.string().describe("Goes on after this change: `after`, or Last-Event-ID.");

export const changeSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ position, type: z.literal("thread"), thread: threadSchema }),
    z.strictObject({
      position,
      type: z.literal("turn"),
      turn: z.strictObject({
        threadId: z.string(),
        ...turnFields,
        status: status.nullable(),
        isRemoved: z.boolean(),
      }),
    }),
    z.strictObject({
      position,
      type: z.literal("item"),
      item: z.strictObject({
        threadId: z.string(),
        itemKey: z.string(),
        ...itemFields,
        item: threadItemSchema.nullable(),
        isRemoved: z.boolean(),
      }),
    }),
    z.strictObject({
      position,
      type: z.literal("lifecycle"),
      event: z.strictObject({
        mutationId: z.string(),
        threadId: z.string(),
        turnId: text,
        eventType: z.string(),
        payload: anyObject,
        occurredAt: z.string(),
      }),
    }),
  ])
  .register(components, { id: "Change" });

export const observerSchema = z
  .strictObject({
    observer: z.string(),
    partition: z.number(),
    phase: text,
    detail: text,
    position: z.number().nullable(),
    end: z.number().nullable(),
    rebuildRemaining: z.number().nullable(),
  })
  .register(components, { id: "Observer" });

export const quarantinedSchema = z
  .strictObject({
    observer: z.string(),
    partition: z.number(),
    offset: z.number(),
    threadId: z.string(),
    reason: z.string(),
    action: z.string(),
  })
  .register(components, { id: "QuarantinedThread" });

export const deadLetterSchema = z
  .strictObject({
    observer: z.string(),
    code: z.string(),
    reason: z.string(),
    threadId: text,
    rolloutId: text,
    position: z.number().nullable(),
    sourcePartition: z.number(),
    sourceOffset: z.number(),
    recordedAtMs: milliseconds,
  })
  .register(components, { id: "DeadLetter" });

export const errorSchema = z
  .strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) })
  .register(components, { id: "Error" });

/** A page of a list. */
export function pageOf<T extends z.ZodType>(entry: T) {
  return z.strictObject({
    data: z.array(entry),
    nextCursor: text.describe("Goes on after the last entry; null at the end."),
    backwardsCursor: text.describe("With the other direction: from the first entry back, it included."),
  });
}

export function listOf<T extends z.ZodType>(entry: T) {
  return z.strictObject({ data: z.array(entry) });
}
