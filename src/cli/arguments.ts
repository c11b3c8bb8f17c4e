import { InvalidArgumentError, Option } from "commander";
import { OBSERVER_NAMES, type ObserverName } from "../projections/index.ts";

/** `--observer NAME`, once. */
export function observerOption(what: string): Option {
  return new Option("--observer <name>", what).choices(OBSERVER_NAMES);
}

/** For `--observer` given several times. @throws InvalidArgumentError */
export function collectObserver(name: string, others: readonly ObserverName[] = []): ObserverName[] {
  const known = OBSERVER_NAMES.find((other) => other === name);
  if (known === undefined) throw new InvalidArgumentError(`Allowed choices are ${OBSERVER_NAMES.join(", ")}.`);
  return [...others, known];
}

/** Partitions given one by one. */
export function partitionsOption(what: string): Option {
  return new Option("--partition <number>", `${what}; may be repeated (default: all)`).argParser(
    (text, others: readonly number[] = []) => [...new Set([...others, wholeNumber(text)])],
  );
}

/** A whole number, 0 included. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

/** A place in a topic: an offset of its partitions, or a time. */
export type Place = "earliest" | "latest" | { readonly offset: number } | { readonly time: Date };

const DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$/;

/** @throws InvalidArgumentError */
export function place(text: string): Place {
  if (text === "earliest" || text === "latest") return text;
  if (/^[0-9]+$/.test(text)) return { offset: wholeNumber(text) };
  const time = new Date(text);
  if (!DATE.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError("It must be earliest, latest, an offset, or a time such as 2026-01-31T12:00:00Z.");
  return { time };
}

/** `thread-history.thread-item`: the consumer group of an observer. */
export function groupOf(prefix: string, observer: ObserverName): string {
  return `${prefix}.${observer}`;
}
