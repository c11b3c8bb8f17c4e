import { defineConfig } from "vitest/config";

/** The tests of the core and of the worker that are quick: each runs for every mutant that it could notice (`npm run mutation`). */
export default defineConfig({
  test: {
    include: [
      "src/{rollout,history,projections,worker}/**/*.spec.ts",
      "test/{decisions,conformance,worker}/**/*.spec.ts",
      "test/examples/worked-examples.spec.ts",
      "test/property/{applying-mutations-rebuilds-the-turns,restart-changes-nothing,observe-is-atomic}.prop.spec.ts",
      "test/property/{topics-join-without-orphans,lines-without-effect,one-projector-is-all-observers,json}.prop.spec.ts",
      "test/fuzz/decode.spec.ts",
      "test/simulation/simulation.spec.ts",
    ],
    // What is loaded stays for all files of a run.
    isolate: false,
    env: { PROPERTY_SEED: "1", PROPERTY_RUNS: "20", FUZZ_CASES: "5000", SIMULATION_SEED: "1", SIMULATION_RUNS: "200" },
    testTimeout: 60_000,
  },
});
