/**
 * Dependencies point inwards. A folder of src/ may import folders of its own layer or of layers before it, through their
 * index.ts only, and nothing in a circle.
 */
const layers = [
  ["json"],
  ["rollout"],
  ["history"],
  ["projections"],
  ["worker", "read-model"],
  [
    "rollout-files",
    "config",
    "telemetry",
    "time",
    "kafka",
    "redis",
    "sqlite",
    "postgres",
    "read-model-sql",
    "embedded",
    "schema-registry",
    "client-options",
    "producer",
    "consumer",
    "testing",
    "redaction",
    "ship",
    "ship-positions",
    "sinks",
    "api",
    "viewer",
  ],
  ["cli"],
];

/** The pure core: no files, clocks, network or packages. */
const core = ["json", "rollout", "history", "projections"];

const anyOf = (folders) => `^src/(${folders.join("|")})/`;
const spec = "\\.spec\\.ts$";

const direction = layers.slice(0, -1).map((folders, rank) => ({
  name: `inwards-only:${folders.length === 1 ? folders[0] : "adapters"}`,
  comment: `Only what lies further in may be imported from ${folders.join(", ")}.`,
  severity: "error",
  from: { path: anyOf(folders) },
  to: { path: ["^src/[^/]+\\.ts$", anyOf(layers.slice(rank + 1).flat())] },
}));

export default {
  forbidden: [
    ...direction,
    {
      name: "known-folders",
      comment: "Every folder of src/ has its place in the layers above: add a new one there first.",
      severity: "error",
      from: {},
      to: { path: "^src/[^/]+/", pathNot: anyOf(layers.flat()) },
    },
    {
      name: "core-is-pure:builtins",
      comment: "The core may use node:buffer and the hashes of node:crypto, nothing else of the platform.",
      severity: "error",
      from: { path: anyOf(core), pathNot: spec },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(buffer|crypto)$" },
    },
    {
      name: "core-is-pure:packages",
      comment: "The core depends on no package.",
      severity: "error",
      from: { path: anyOf(core), pathNot: spec },
      to: { path: "node_modules" },
    },
    {
      name: "through-the-index",
      comment: "Another folder is imported through its index.ts.",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: { path: "^src/[^/]+/.", pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$"] },
    },
    {
      name: "through-the-index:outside",
      comment: "The library's public face and the benchmarks use the folders as any user would.",
      severity: "error",
      from: { path: "^(src/[^/]+\\.ts$|bench/)" },
      to: { path: "^src/[^/]+/.", pathNot: "^src/[^/]+/index\\.ts$" },
    },
    {
      name: "no-cycles",
      comment: "Nothing imports itself in a circle, types included.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "source-stands-alone",
      comment: "Source knows nothing of tests, benchmarks, scripts and the conformance package.",
      severity: "error",
      from: { path: "^src/", pathNot: spec },
      to: { path: ["^(test|bench|scripts|conformance)/", spec] },
    },
    {
      name: "no-dev-packages-in-source",
      comment: "What the program needs to run is a dependency, not a devDependency.",
      severity: "error",
      from: { path: "^src/", pathNot: spec },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^(conformance|bench)/node_modules", "^test/corpus", "^examples/", "^\\.stryker/"] },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
