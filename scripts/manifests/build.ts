import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { ROOT } from "../root.ts";
import { type Manifest, parseManifests } from "./manifest.ts";
import { outputOf } from "./run.ts";

const K8S = join(ROOT, "k8s");

/** One installation that k8s/ can give. */
export interface Build {
  readonly name: string;
  readonly manifests: readonly Manifest[];
}

/** The base, the base with each component, and each overlay. */
export function buildAll(kustomize: string): Build[] {
  const build = (name: string, folder: string): Build => ({
    name,
    manifests: parseManifests(outputOf([kustomize, "build", folder])),
  });
  return [
    build("k8s/base", join(K8S, "base")),
    ...foldersIn("components").map((component) =>
      withKustomization({ resources: ["base"], components: [component] }, (folder) =>
        build(`k8s/base with ${component}`, folder),
      ),
    ),
    ...foldersIn("overlays").map((overlay) => build(`k8s/${overlay}`, join(K8S, overlay))),
  ];
}

function foldersIn(parent: string): string[] {
  return readdirSync(join(K8S, parent)).map((name) => join(parent, name));
}

/** Kustomize takes other folders by relative path only. */
function withKustomization<Result>(
  lists: Readonly<Record<string, readonly string[]>>,
  use: (folder: string) => Result,
): Result {
  const folder = mkdtempSync(join(ROOT, "node_modules", ".manifests-"));
  try {
    const entries = Object.entries(lists).map(([key, paths]) => [
      key,
      paths.map((path) => relative(folder, join(K8S, path))),
    ]);
    writeFileSync(join(folder, "kustomization.yaml"), stringify(Object.fromEntries(entries)));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
