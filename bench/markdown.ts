export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Of a goal. */
export function verdict(isMet: boolean): string {
  return isMet ? "met" : "**missed**";
}
