/** One step of `npm test`: a suite of vitest (by its name in vitest.config.ts), or a command that passes or fails. */
export type Step = {
  readonly name: string;
  readonly what: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it needs Kafka, Redis and a schema registry. */
  readonly onServices?: true;
  /** Takes seconds: comes before all others. */
  readonly isQuick?: true;
} & ({ readonly suite: string } | { readonly command: readonly string[] });

/** kafkajs waits for times that have passed (tulios/kafkajs#1751). */
const QUIET = { NODE_OPTIONS: "--disable-warning=TimeoutNegativeWarning" };

/** What must hold for each change. */
export const steps: readonly Step[] = [
  { name: "lint", isQuick: true, what: "format and lint", command: ["npm", "run", "-s", "lint"] },
  { name: "types", isQuick: true, what: "types", command: ["npm", "run", "-s", "types"] },
  {
    name: "direction",
    isQuick: true,
    what: "dependency direction",
    command: ["npm", "run", "-s", "direction"],
  },
  {
    name: "unused",
    isQuick: true,
    what: "unused files, exports and dependencies",
    command: ["npm", "run", "-s", "unused"],
  },
  { name: "schemas", isQuick: true, what: "schemas against those released", command: ["npm", "run", "-s", "schemas"] },
  { name: "unit", what: "one module at a time", suite: "unit" },
  { name: "examples", what: "worked examples and decisions", suite: "examples" },
  { name: "property", what: "properties of random histories", suite: "property", env: { PROPERTY_SEED: "1" } },
  { name: "worker", what: "the worker, with a fault at any step", suite: "worker" },
  {
    name: "simulation",
    what: "the worker in a simulated world, 8,000 new seeds",
    suite: "simulation",
    env: { SIMULATION_RUNS: "8000" },
  },
  { name: "fuzz", what: "decoding 400,000 hostile inputs", suite: "fuzz", env: { FUZZ_CASES: "400000" } },
  { name: "corpus", what: "real rollouts against what Codex makes of them", suite: "corpus" },
  { name: "cli", what: "the command line", suite: "cli" },
  { name: "api", what: "the read API, its streams and its limits", suite: "api" },
  { name: "viewer", what: "the viewer, in a real Chromium", suite: "viewer" },
  {
    name: "embedded",
    what: "all in one process, killed at any moment",
    suite: "embedded",
    env: { EMBEDDED_ROUNDS: "6", EMBEDDED_SEED: "1" },
  },
  {
    name: "conformance",
    what: "1,200 random rollouts against the published Codex",
    command: ["node", "scripts/conformance.ts", "--runs", "1200", "--seed", "1"],
  },
  { name: "manifests", what: "the image, Kubernetes and Compose", command: ["npm", "run", "-s", "manifests"] },
  { name: "registry", what: "a real schema registry", suite: "registry", onServices: true, env: QUIET },
  { name: "redis", what: "checkpoints in a real Redis", suite: "redis", onServices: true, env: QUIET },
  { name: "kafka", what: "a real broker, hazard by hazard", suite: "kafka", onServices: true, env: QUIET },
  { name: "consumer", what: "reading mutations as other teams do", suite: "consumer", onServices: true, env: QUIET },
  {
    name: "read-model",
    what: "what is read, from SQLite and from a real Postgres",
    suite: "read-model",
    onServices: true,
    env: { ...QUIET, PROPERTY_SEED: "1", READ_MODEL_RUNS: "40" },
  },
  {
    name: "postgres",
    what: "the tables of a sink against what Codex makes of the same rollouts",
    suite: "postgres",
    onServices: true,
    env: { ...QUIET, POSTGRES_SEED: "1" },
  },
  {
    name: "app-server",
    what: "Codex's protocol, asked of the real app-server and of ours",
    suite: "app-server",
    env: { APP_SERVER_THREADS: "40", APP_SERVER_SEED: "1" },
  },
  {
    name: "services",
    what: "commands, round trip and chaos on real services",
    suite: "services",
    onServices: true,
    env: { ...QUIET, CHAOS_SECONDS: "40", SHIP_ROUNDS: "6", SHIP_SEED: "1" },
  },
  { name: "agent", what: "the real Codex, shipped as it writes", suite: "agent", onServices: true, env: QUIET },
];

/** What takes longer; the last result is kept in docs/test-long.md. */
export const longSteps: readonly Step[] = [
  { name: "fuzz", what: "decoding ten million hostile inputs", suite: "fuzz", env: { FUZZ_CASES: "10000000" } },
  {
    name: "conformance",
    what: "20,000 random rollouts against the published Codex",
    command: ["node", "scripts/conformance.ts", "--runs", "20000"],
  },
  {
    name: "simulation",
    what: "the worker in a simulated world, 1,000,000 new seeds, every planted defect",
    suite: "simulation",
    env: { SIMULATION_RUNS: "1000000", SIMULATION_DEFECTS: "all" },
  },
  {
    name: "app-server",
    what: "500 random threads paged through at the real app-server and at ours",
    suite: "app-server",
    env: { APP_SERVER_THREADS: "500", APP_SERVER_SEED: "1" },
  },
  {
    name: "services",
    what: "commands, round trip and chaos for ten minutes",
    suite: "services",
    onServices: true,
    env: { ...QUIET, CHAOS_SECONDS: "600", SHIP_ROUNDS: "200", FAULTS: "all" },
  },
];
