/**
 * What sources have, as soon as one has something or fails: then `round` is aborted, and the others give up waiting. Answers, or
 * throws, when all have ended: a take that went on would take away what nobody hears of.
 */
export async function takeAny<Source, Taken>(
  sources: readonly Source[],
  take: (source: Source, over: AbortSignal) => Promise<Taken | undefined>,
  round: AbortController,
  signal: AbortSignal,
): Promise<readonly { readonly source: Source; readonly taken: Taken }[]> {
  const over = AbortSignal.any([signal, round.signal]);
  const ended = await Promise.allSettled(
    sources.map(async (source) => {
      try {
        const taken = await take(source, over);
        if (taken === undefined) return [];
        round.abort();
        return [{ source, taken }];
      } catch (error) {
        round.abort();
        throw error;
      }
    }),
  );
  return ended.flatMap((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
