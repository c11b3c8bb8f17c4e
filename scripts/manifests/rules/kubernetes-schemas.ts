import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Build } from "../build.ts";
import type { Checks } from "../checks.ts";
import { run } from "../run.ts";
import { isBuiltIn } from "./custom-resources.ts";

/** The oldest version that we say we run on (docs/deploying.md), and the newest that the validator knows. */
const KUBERNETES_VERSIONS = ["1.31", "1.37"] as const;

/** Whether Kubernetes takes the objects: no wrong type, no key that it does not know. */
export function checkKubernetesSchemas(builds: readonly Build[], kubernetesValidate: string, checks: Checks): void {
  const objects = distinctObjects(builds);
  const folder = mkdtempSync(join(tmpdir(), "thread-history-manifests-"));
  try {
    // One file for each build: the validator names the file in its lines, one for each object and version.
    for (const [file, texts] of objects) writeFileSync(join(folder, file), texts.join("---\n"));
    const versions = KUBERNETES_VERSIONS.flatMap((version) => ["-k", version]);
    const files = [...objects.keys()].map((file) => join(folder, file));
    const result = run([kubernetesValidate, "--strict", ...versions, ...files]);
    const lines = (result.outcome === "done" ? result.output : result.reason).trim().split("\n");
    for (const line of lines)
      checks.expect(
        line.startsWith("INFO") && line.includes(" passed "),
        "kubernetes-validate",
        line.replaceAll(`${folder}/`, ""),
        "Correct the file under k8s/",
      );
    const expected = [...objects.values()].flat().length * KUBERNETES_VERSIONS.length;
    checks.expect(
      lines.length >= expected,
      "kubernetes-validate",
      `${lines.length} lines for ${expected} objects`,
      "Run it by hand: some were not examined",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Objects of Kubernetes' own kinds by file, each under the first build that has it. */
function distinctObjects(builds: readonly Build[]): Map<string, string[]> {
  const seen = new Set<string>();
  return new Map(
    builds.map(({ name, manifests }) => {
      const texts = manifests.filter(isBuiltIn).map(({ content }) => stringify(content));
      const fresh = texts.filter((text) => !seen.has(text));
      for (const text of fresh) seen.add(text);
      return [`${name.replaceAll(/[^a-z0-9]+/g, "-")}.yaml`, fresh];
    }),
  );
}
