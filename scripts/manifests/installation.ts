import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, loadConfig } from "../../src/config/index.ts";
import type { Build } from "./build.ts";
import type { Checks } from "./checks.ts";
import type { Manifest } from "./manifest.ts";
import { type Workload, workloadsOf } from "./workloads.ts";

/** A workload with the configuration that its containers find. */
export interface Configured extends Workload {
  readonly config: Config;
  /** For messages: the build and the object. */
  readonly where: string;
}

/** A build, read for the rules. */
export interface Installation {
  readonly name: string;
  readonly manifests: readonly Manifest[];
  readonly workers: readonly Configured[];
  readonly jobs: readonly Configured[];
}

const FILE_VARIABLE = "THREAD_HISTORY_CONFIG";

/** Reads a build as its containers will. A configuration that they would refuse is a problem; its workload is left out. */
export function readInstallation({ name, manifests }: Build, checks: Checks): Installation {
  const configured = workloadsOf(manifests).flatMap((workload) => {
    const where = `${name}, ${workload.kind} ${workload.name}`;
    const config = configOf(workload, where, checks);
    return config === undefined ? [] : [{ ...workload, config, where }];
  });
  return {
    name,
    manifests,
    workers: configured.filter(({ kind }) => kind === "Deployment"),
    jobs: configured.filter(({ kind }) => kind === "Job"),
  };
}

function configOf({ main, files }: Workload, where: string, checks: Checks): Config | undefined {
  const { [FILE_VARIABLE]: path = "", ...environment } = main.env;
  const content = files[path];
  if (content === undefined) {
    checks.expect(
      false,
      where,
      `${FILE_VARIABLE} names ${path || "no file"}`,
      "Let it name one that a ConfigMap mounts",
    );
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "thread-history-config-"));
  try {
    const file = join(folder, "config.yaml");
    writeFileSync(file, content);
    const loaded = loadConfig({ file, environment, flags: [] });
    if (loaded.outcome === "config") return loaded.config;
    for (const { name, message } of loaded.problems)
      checks.expect(false, where, `${path}: ${name}: ${message}`, "Correct the file that the ConfigMap is made of");
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
