/** A deliberate defect: one text of one source file, replaced. */
export interface Defect {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  readonly text: string;
  readonly instead: string;
}

/** What could be wrong with a worker. Each must be found, or the simulator has a hole. */
export const DEFECTS: readonly Defect[] = [
  {
    name: "checkpoint before the commit",
    file: "worker/ownership.ts",
    text: "if (isDue) {\n      if (this.#isAhead) await this.#commit();",
    instead: "if (isDue) {",
  },
  {
    name: "committed offset read before fencing",
    file: "worker/acquire.ts",
    text: "await outbox.fence();\n  const committed = await log.committed();",
    instead: "const committed = await log.committed();\n  await outbox.fence();",
  },
  {
    name: "no fence",
    file: "worker/acquire.ts",
    text: "await outbox.fence();\n  const committed = await log.committed();",
    instead: "const committed = await log.committed();",
  },
  {
    name: "an unknown outcome is tried again",
    file: "worker/ownership.ts",
    text: "await outbox.commit({ outputs, next });",
    instead:
      "await outbox.commit({ outputs, next }).catch(async () => { await outbox.fence(); await outbox.commit({ outputs, next }); });",
  },
  {
    name: "an unknown outcome counts as done",
    file: "worker/ownership.ts",
    text: "await outbox.commit({ outputs, next });",
    instead: "await outbox.commit({ outputs, next }).catch(async () => { await outbox.fence(); });",
  },
  {
    name: "reading starts at the committed offset, not at the watermark",
    file: "worker/recovery.ts",
    text: "readFrom: watermark,",
    instead: "readFrom: committed,",
  },
  {
    name: "emitting starts at the watermark",
    file: "worker/recovery.ts",
    text: "emitFrom: committed,\n    head,",
    instead: "emitFrom: watermark,\n    head,",
  },
  {
    name: "an offset that was set back is not noticed",
    file: "worker/recovery.ts",
    text: "head.highest > committed) return rebuild",
    instead: "head.highest > committed + 1e9) return rebuild",
  },
  {
    name: "the first new record is silent",
    file: "worker/ownership.ts",
    text: "source.offset < this.#acquired.recovery.emitFrom;",
    instead: "source.offset <= this.#acquired.recovery.emitFrom;",
  },
  {
    name: "a silent record emits",
    file: "worker/projection.ts",
    text: 'if (isSilent) return "silent";\n    for',
    instead: "for",
  },
  {
    name: "a record that a state does not reflect is skipped",
    file: "worker/projection.ts",
    text: "source.offset < thread.offset",
    instead: "source.offset <= thread.offset",
  },
  {
    name: "the watermark runs ahead",
    file: "worker/checkpointer.ts",
    text: "watermark: position, highest: position",
    instead: "watermark: position + 1, highest: position + 1",
  },
  {
    name: "the highest offset stays behind",
    file: "worker/checkpointer.ts",
    text: "watermark: position, highest: position",
    instead: "watermark: position, highest: 0",
  },
  {
    name: "the watermark moves on without the states",
    file: "worker/checkpointer.ts",
    text: "const flush = { deltas, head: this.#head };",
    instead: "const flush = { deltas: deltas.slice(1), head: this.#head };",
  },
  {
    name: "a lost hash counts as a new thread",
    file: "worker/thread-loader.ts",
    text: 'if (found === "lost") return undefined;',
    instead: 'if (found === "lost") return Thread.fresh(this.#observer, id);',
  },
  {
    name: "states that are not stored leave memory",
    file: "worker/checkpointer.ts",
    text: "!thread.isDirty && this.#inFlight?.threads.has(thread.id) !== true",
    instead: "thread.id.length > 0",
  },
  {
    name: "states on their way to the store leave memory",
    file: "worker/checkpointer.ts",
    text: "!thread.isDirty && this.#inFlight?.threads.has(thread.id) !== true",
    instead: "!thread.isDirty",
  },
  {
    name: "a rebuild goes one record too far",
    file: "worker/ownership.ts",
    text: "offset < to);",
    instead: "offset <= to);",
  },
  {
    name: "after a rebuild reading goes on from elsewhere",
    file: "worker/ownership.ts",
    text: "log.seek(to);",
    instead: "",
  },
  {
    name: "stored states count after starting over",
    file: "worker/acquire.ts",
    text: "if (recovery.startsOver) await store.reset(recovery.head);",
    instead: "",
  },
  {
    name: "fields that went stay stored",
    file: "worker/thread.ts",
    text: "if (text === undefined) removed.push(STATE + field);",
    instead: "if (text === undefined) continue;",
  },
  {
    name: "the history mode is not stored",
    file: "worker/thread.ts",
    text: "if (mode !== this.#storedMode) set.set(MODE, mode);",
    instead: "",
  },
  {
    name: "the positions are not stored again",
    file: "worker/thread.ts",
    text: "[POSITIONS, this.positions.encode()],",
    instead: "...(this.#revision === 0 ? [[POSITIONS, this.positions.encode()] as [string, string]] : []),",
  },
  {
    name: "the state forgets the open reasoning item",
    file: "history/items/codec.ts",
    text: "if (change.reasoning !== state.reasoning) fields.push(REASONING);",
    instead: "",
  },
  {
    name: "repeats are told by the ordinal inside the line",
    file: "worker/projection.ts",
    text: "position: record.position, lineHash",
    instead: 'position: Number(/"ordinal":(\\d+)/.exec(record.line.toString())?.[1] ?? record.position), lineHash',
  },
  {
    name: "a stopped thread stops the partition",
    file: "worker/projection.ts",
    text: "return this.#stop(taken, error instanceof Error ?",
    instead: "throw error; return this.#stop(taken, error instanceof Error ?",
  },
  {
    name: "a stopped thread goes on with its next record",
    file: "worker/projection.ts",
    text: 'if (thread.quarantine !== null) return "waiting";',
    instead: "",
  },
  {
    name: "what had to wait is not emitted after a decision",
    file: "worker/ownership.ts",
    text: "read.source.offset < offset));",
    instead: "true));",
  },
  {
    name: "a reset under an idle worker is not noticed",
    file: "worker/ownership.ts",
    text: "else await this.#noticeReset();",
    instead: "",
  },
  {
    name: "the offset committed is the last record's own",
    file: "worker/ownership.ts",
    text: "this.#position = source.offset + 1;",
    instead: "this.#position = source.offset;",
  },
  {
    name: "a checkpoint that was not answered is forgotten",
    file: "worker/checkpointer.ts",
    text: "await clock.sleep(waitMs, this.#ended);",
    instead: "return;",
  },
  {
    name: "decisions are read once",
    file: "worker/ownership.ts",
    text: "decisions.version !== this.#decisionsVersion",
    instead: "this.#decisionsVersion === null",
  },
  {
    name: "what the store holds is taken for older than the offset",
    file: "worker/acquire.ts",
    text: "if (now !== committed)",
    instead: "if (now === undefined)",
  },
  {
    name: "without its store a worker never asks for it again",
    file: "worker/ownership.ts",
    text: "if (this.#acquired.isDetached) await this.#untilReattached(drain);",
    instead: "if (drain.aborted) return;",
  },
  {
    name: "the first new record after a control record is silent",
    file: "worker/ownership.ts",
    text: "const isSilent = source.offset < this.#acquired.recovery.emitFrom;",
    instead: "const isSilent = !this.#isLive;",
  },
  {
    name: "a part of what had to wait is emitted when told to stop",
    file: "worker/ownership.ts",
    text: "this.#pending.take(); // a part",
    instead: "// a part",
  },
];
