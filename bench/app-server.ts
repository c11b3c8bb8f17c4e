/**
 * `npm run bench:app-server [-- --megabytes 210] [--threads 50000] [--requests 1000]`: the same requests of Codex's protocol to the published
 * `codex app-server` and to ours, on loopback; writes docs/bench-app-server.md. With options it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installPublishedCodex } from "../scripts/published-codex.ts";
import { ROOT } from "../scripts/root.ts";
import { currentLoad } from "./about.ts";
import { compareServers } from "./app-server/measure.ts";
import { report } from "./app-server/report.ts";
import { count } from "./arguments.ts";

const DEFAULTS = { megabytes: 210, threads: 50_000, requests: 1_000 };

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { megabytes: text, threads: text, requests: text } });
const option = (name: keyof typeof DEFAULTS): number =>
  values[name] === undefined ? DEFAULTS[name] : count(name, values[name]);
const size = { megabytes: option("megabytes"), threads: option("threads"), requests: option("requests") };
installPublishedCodex();
const loadBefore = currentLoad();
const page = report({ size, loadBefore, ...(await compareServers(size)) });
console.log(page);
if (Object.keys(values).length === 0) writeFileSync(join(ROOT, "docs", "bench-app-server.md"), page);
