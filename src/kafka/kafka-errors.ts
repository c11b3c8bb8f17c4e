/** An error of the Kafka protocol has a type; kafkajs wraps it in others. */
export function hasType(error: unknown, ...types: readonly string[]): boolean {
  for (let inner = error, depth = 0; inner instanceof Error && depth < MAX_DEPTH; inner = inner.cause, depth++)
    if ("type" in inner && types.includes(String(inner.type))) return true;
  return false;
}

/** An error may be its own cause. */
const MAX_DEPTH = 10;

/** A newer producer has the transactional id, or the broker ended the transaction because it took too long. */
export const FENCED_TYPES = ["INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED"];

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether trying again may help: so says the innermost error; the outer ones say that kafkajs has tried enough. */
export function isRetriable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.cause instanceof Error) return isRetriable(error.cause);
  return "retriable" in error && error.retriable === true;
}
