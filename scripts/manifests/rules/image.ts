import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../root.ts";
import type { Build } from "../build.ts";
import type { Checks } from "../checks.ts";
import { manifestsOf } from "../manifest.ts";

const FILE = "Dockerfile";
/** What `docker build --target` and docker-compose.yml ask for. */
const RUNTIME = "runtime";

/** What can be said of the image without building it. */
export function checkImage(builds: readonly Build[], checks: Checks): void {
  const text = readFileSync(join(ROOT, FILE), "utf8").replaceAll("\\\n", " ");
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  const all = (instruction: string) =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1).trim());
  const image = (holds: boolean, wrong: string, remedy: string) => checks.expect(holds, FILE, wrong, remedy);

  const base = /^NODE_IMAGE=node:(\d+\.\d+\.\d+)-\S+@sha256:[0-9a-f]{64}$/.exec(all("ARG")[0] ?? "");
  image(
    base !== null,
    "the base image is not pinned",
    "Give NODE_IMAGE a full version and a digest, as its comment says",
  );
  image(
    all("FROM").every((from) => /^\$NODE_IMAGE AS \w+$/.test(from)),
    "a stage has another base, or no name",
    "Begin every stage with FROM $NODE_IMAGE AS name",
  );
  const tested = nodeVersionOfTests();
  image(
    base?.[1] === tested,
    `the image runs Node.js ${base?.[1]}, and tests run on ${tested} (package-lock.json)`,
    "Move both together",
  );
  image(all("FROM").at(-1)?.endsWith(` AS ${RUNTIME}`) === true, `the last stage is not ${RUNTIME}`, "Keep it last");
  for (const instruction of ["ENTRYPOINT", "CMD", "HEALTHCHECK"])
    image(
      all(instruction).length === 1 && /\["[^\]]+\]$/.test(all(instruction)[0] ?? ""),
      `${instruction} is missing, or runs in a shell that keeps signals to itself`,
      "Write it as a list of words",
    );
  const user = /^([1-9]\d*):\d+$/.exec(all("USER").at(-1) ?? "")?.[1];
  image(user !== undefined, "the user is root, or is not given by number", "Set USER to numbers");
  for (const { name, manifests } of builds)
    for (const kind of ["Deployment", "Job"] as const)
      for (const { metadata, spec } of manifestsOf(manifests, kind))
        checks.expect(
          String(spec.template.spec.securityContext.runAsUser) === user,
          `${name}, ${kind} ${metadata.name}`,
          `runAsUser is not the image's user, ${user}`,
          "Set it in k8s/base/pod.yaml: what the image keeps for its user is else out of reach",
        );
  checkCopies(all("COPY"), checks);
}

/** Sources exist, and .dockerignore lets them through. */
function checkCopies(copies: readonly string[], checks: Checks): void {
  const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  for (const copy of copies.filter((line) => !line.startsWith("--from="))) {
    for (const source of copy.split(/\s+/).slice(0, -1)) {
      checks.expect(existsSync(join(ROOT, source)), FILE, `there is no ${source} to copy`, "Correct COPY");
      checks.expect(ignored.includes(`!${source}`), ".dockerignore", `it leaves out ${source}`, `Add !${source}`);
    }
  }
}

/** Of the npm package `node`, on which tests run. */
function nodeVersionOfTests(): unknown {
  const lock: { packages: Record<string, { version?: string }> } = JSON.parse(
    readFileSync(join(ROOT, "package-lock.json"), "utf8"),
  );
  return lock.packages["node_modules/node"]?.version;
}
