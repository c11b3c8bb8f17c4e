/**
 * `npm run conformance [-- ARGS]`: installs the conformance package when it is absent or out of date (it brings the
 * published Codex, some 400 MB), then runs it with the arguments given.
 */
import { spawnSync } from "node:child_process";
import { CONFORMANCE, installPublishedCodex } from "./published-codex.ts";

installPublishedCodex();
const args = ["run", "--prefix", CONFORMANCE, "start", "--", ...process.argv.slice(2)];
const { status, error } = spawnSync("npm", args, { stdio: "inherit" });
if (error) throw error;
process.exitCode = status ?? 1;
