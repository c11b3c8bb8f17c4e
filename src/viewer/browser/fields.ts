import type { ItemContent } from "./types.ts";

/** Items come as they were written: a field that is not what it should be counts as absent. */

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function texts(value: unknown): readonly string[] {
  return list(value).filter((entry) => typeof entry === "string");
}

export function record(value: unknown): ItemContent {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as ItemContent) : {};
}

export function json(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "";
}

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
}
