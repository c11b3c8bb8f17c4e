import { defineConfig } from "vitest/config";

/** The suites, by folder. `npm test` runs each as a step of its own (scripts/steps.ts). */
const suites: Readonly<Record<string, string[]>> = {
  unit: ["src/**/*.spec.ts"],
  examples: ["test/examples/**/*.spec.ts", "test/decisions/**/*.spec.ts"],
  property: ["test/property/**/*.spec.ts"],
  fuzz: ["test/fuzz/**/*.spec.ts"],
  corpus: ["test/conformance/**/*.spec.ts"],
  cli: ["test/cli/**/*.spec.ts"],
};

const HOUR_MS = 3_600_000;

/** Suites whose tests are long by nature; elsewhere a slow test is a mistake. */
const timeouts: Readonly<Record<string, number>> = { property: HOUR_MS, fuzz: HOUR_MS, cli: 60_000 };

export default defineConfig({
  test: {
    projects: Object.entries(suites).map(([name, include]) => ({
      test: { name, include, environment: "node", testTimeout: timeouts[name] ?? 10_000 },
    })),
  },
});
