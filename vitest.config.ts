import { defineConfig } from "vitest/config";

/** The suites, by folder. `npm test` runs each as a step of its own (scripts/steps.ts). */
const suites: Readonly<Record<string, string[]>> = {
  unit: ["src/**/*.spec.ts"],
  examples: ["test/examples/**/*.spec.ts", "test/decisions/**/*.spec.ts"],
  property: ["test/property/**/*.spec.ts", "test/schemas/{released,published-mutations.prop}.spec.ts"],
  worker: ["test/worker/**/*.spec.ts"],
  simulation: ["test/simulation/**/*.spec.ts"],
  fuzz: ["test/fuzz/**/*.spec.ts"],
  corpus: ["test/conformance/**/*.spec.ts"],
  cli: ["test/cli/**/*.spec.ts"],
  embedded: ["test/embedded/**/*.spec.ts"],
  registry: ["test/schemas/**/*.int.spec.ts"],
  kafka: ["test/kafka/**/*.spec.ts"],
  consumer: ["test/consumer/**/*.spec.ts"],
  redis: ["test/redis/**/*.spec.ts"],
  "read-model": ["test/read-model/**/*.spec.ts"],
  postgres: ["test/postgres/**/*.spec.ts"],
  api: ["test/api/**/*.spec.ts"],
  viewer: ["test/viewer/**/*.spec.ts"],
  "app-server": ["test/app-server/**/*.spec.ts"],
  services: ["test/services/**/*.spec.ts"],
  agent: ["test/agent/**/*.spec.ts"],
};

const HOUR_MS = 3_600_000;

/** Suites whose tests are long by nature; elsewhere a slow test is a mistake. */
const timeouts: Readonly<Record<string, number>> = {
  property: HOUR_MS,
  worker: HOUR_MS,
  simulation: HOUR_MS,
  fuzz: HOUR_MS,
  cli: 60_000,
  embedded: 120_000,
  registry: 60_000,
  kafka: 120_000,
  consumer: 120_000,
  redis: 60_000,
  "read-model": HOUR_MS,
  postgres: HOUR_MS,
  api: 60_000,
  viewer: 60_000,
  "app-server": HOUR_MS,
  services: HOUR_MS,
  agent: 180_000,
};

const ON_SERVICES: readonly string[] = [
  "registry",
  "kafka",
  "consumer",
  "redis",
  "read-model",
  "postgres",
  "services",
  "agent",
];

/** What a suite needs beforehand. */
const setups: Readonly<Record<string, string>> = {
  agent: "test/agent/support/install-codex.ts",
  "app-server": "test/agent/support/install-codex.ts",
  viewer: "test/viewer/support/install-chromium.ts",
};

export default defineConfig({
  test: {
    projects: Object.entries(suites).map(([name, include]) => ({
      test: {
        name,
        include,
        globalSetup: setups[name] ?? [],
        environment: "node",
        testTimeout: timeouts[name] ?? 10_000,
        hookTimeout: timeouts[name] ?? 10_000,
        // Suites against real services share them, and two cores: one file after another.
        fileParallelism: !ON_SERVICES.includes(name),
      },
    })),
  },
});
