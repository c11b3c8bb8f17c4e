import { utimesSync } from "node:fs";
import { join } from "node:path";
import type { CodexHome } from "../../../conformance/src/codex-home.ts";
import { ROLLOUT_NAME, type RolloutFile } from "../../../conformance/src/rollout-file.ts";
import { codexRows } from "./codex-rows.ts";
import { CodexServer, openOnce } from "./codex-server.ts";
import type { Sides } from "./compared-pages.ts";
import { OurServer } from "./our-server.ts";
import { ProtocolClient } from "./protocol-client.ts";

/** The real app-server and ours over the same rollouts, with a client at each. */
export class BothServers implements Sides {
  readonly codex: ProtocolClient;
  readonly ours: ProtocolClient;
  /** Where each is reached. */
  readonly urls: { readonly codex: string; readonly ours: string };
  /** Files that Codex does not read. */
  readonly unread: ReadonlySet<RolloutFile>;
  readonly #close: () => Promise<void>;

  private constructor(sides: Sides, parts: Pick<BothServers, "urls" | "unread">, close: () => Promise<void>) {
    this.codex = sides.codex;
    this.ours = sides.ours;
    this.urls = parts.urls;
    this.unread = parts.unread;
    this.#close = close;
  }

  /** @param files bases before the rollouts that go on from them */
  static async start(files: readonly RolloutFile[]): Promise<BothServers> {
    const ourServer = await OurServer.start(codexRows(files));
    const codexServer = await CodexServer.start((home) => {
      for (const file of files) placeAsWritten(home, file);
    });
    const urls = { codex: codexServer.url, ours: ourServer.url };
    const [codex, ours] = [await ProtocolClient.open(urls.codex), await ProtocolClient.open(urls.ours)];
    const unread = new Set<RolloutFile>();
    for (const file of files) if (!(await openOnce(codex, file))) unread.add(file);
    return new BothServers({ codex, ours }, { urls, unread }, async () => {
      await codex.close();
      await ours.close();
      await ourServer.close();
      await codexServer.close();
    });
  }

  close(): Promise<void> {
    return this.#close();
  }
}

const TIMESTAMP = /^\{"timestamp":"([^"]+)"/;

/** Codex tells by the file's time when a thread was last changed: its last line's, had it not been copied. */
function placeAsWritten(home: CodexHome, file: RolloutFile): void {
  home.place(file);
  const [, year = "", month = "", day = ""] = ROLLOUT_NAME.exec(file.name) ?? [];
  const [, last] = TIMESTAMP.exec(file.text.trimEnd().split("\n").at(-1) ?? "") ?? [];
  if (last === undefined) return;
  const changed = new Date(last);
  utimesSync(join(home.path, "sessions", year, month, day, file.name), changed, changed);
}
