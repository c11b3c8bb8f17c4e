import type { ParsedCommand } from "../../rollout/index.ts";
import { joinPath } from "./paths.ts";

/** What a command does, as its item shows it, in the key order of reduction §9 ("Actions"). */
export type CommandAction =
  | { readonly type: "read"; readonly command: string; readonly name: string; readonly path: string }
  | { readonly type: "listFiles"; readonly command: string; readonly path: string | null }
  | {
      readonly type: "search";
      readonly command: string;
      readonly query: string | null;
      readonly path: string | null;
    }
  | { readonly type: "unknown"; readonly command: string };

/** One action for each parsed command, in order; a read whose path cannot be joined to `cwd` is left out. */
export function actionsFromParsed(parsed: readonly ParsedCommand[], cwd: string): CommandAction[] {
  return parsed.map((command) => actionFrom(command, cwd)).filter((action) => action !== undefined);
}

function actionFrom(parsed: ParsedCommand, cwd: string): CommandAction | undefined {
  const command = parsed.cmd;
  switch (parsed.type) {
    case "read": {
      const path = joinPath(cwd, parsed.path);
      return path === undefined ? undefined : { type: "read", command, name: parsed.name, path };
    }
    case "listFiles":
      return { type: "listFiles", command, path: parsed.path };
    case "search":
      return { type: "search", command, query: parsed.query, path: parsed.path };
    case "unknown":
      return { type: "unknown", command };
  }
}
