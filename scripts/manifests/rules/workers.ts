import { OBSERVER_NAMES } from "../../../src/projections/index.ts";
import type { Checks } from "../checks.ts";
import type { Configured, Installation } from "../installation.ts";
import { manifestsOf, selects } from "../manifest.ts";
import type { Probe } from "../workloads.ts";

/** What holds for the observers' Deployments, and for the Jobs that come before them. */
export function checkWorkers({ name, manifests, workers, jobs }: Installation, checks: Checks): void {
  const components = workers.map(({ component }) => component).sort();
  checks.expect(
    components.join() === [...OBSERVER_NAMES].sort().join(),
    name,
    `there are Deployments for ${components.join(", ") || "nothing"}`,
    `Have one for each of ${OBSERVER_NAMES.join(", ")}, with the label app.kubernetes.io/component`,
  );
  for (const worker of workers) {
    checkCommand(worker, checks);
    checkProbes(worker, checks);
    checkGrace(worker, checks);
    checkSecretFiles(worker, checks);
  }
  for (const { metadata, spec } of manifestsOf(manifests, "Deployment")) {
    const where = `${name}, Deployment ${metadata.name}`;
    const { maxSurge, maxUnavailable } = spec.strategy.rollingUpdate ?? {};
    checks.expect(
      maxSurge === 1 && maxUnavailable === 0,
      where,
      "a roll-out replaces several pods at a time, or stops one before its successor is ready",
      "Set strategy.rollingUpdate to maxSurge: 1, maxUnavailable: 0: whoever joins or leaves stops the whole group",
    );
    const budgets = manifestsOf(manifests, "PodDisruptionBudget").filter((budget) =>
      selects(budget.spec.selector.matchLabels, spec.template.metadata.labels),
    );
    checks.expect(
      budgets.length === 1,
      where,
      `${budgets.length} PodDisruptionBudgets cover its pods`,
      "Have exactly one: with none all may go at once, with two none may be evicted",
    );
    checks.expect(
      selects(spec.selector.matchLabels, spec.template.metadata.labels) &&
        "app.kubernetes.io/component" in spec.selector.matchLabels,
      where,
      "its selector does not tell its pods from those of another observer",
      "Add the label app.kubernetes.io/component to selector and template",
    );
    checks.expect(
      spec.template.spec.topologySpreadConstraints.some(({ topologyKey }) => topologyKey === "kubernetes.io/hostname"),
      where,
      "all its pods may be on one node",
      "Add topologySpreadConstraints for kubernetes.io/hostname",
    );
  }
  checkSetup(name, jobs, checks);
}

function checkCommand({ component, main, where }: Configured, checks: Checks): void {
  checks.expect(
    main.command.slice(1).join(" ") === `worker --observer ${component}`,
    where,
    `it runs ${main.command.join(" ")}`,
    `Set args: [worker, --observer, ${component}], as its label says`,
  );
}

function checkProbes({ probes, config, where }: Configured, checks: Checks): void {
  const expected = { startup: "/livez", liveness: "/livez", readiness: "/readyz" } as const;
  for (const [name, path] of Object.entries(expected)) {
    const probe: Probe | undefined = probes[name as keyof typeof expected];
    checks.expect(
      probe?.path === path && probe.port === config.http.port,
      where,
      `the ${name} probe asks ${probe === undefined ? "nothing" : `${probe.path} at port ${probe.port}`}`,
      `Let ${name}Probe ask ${path} at http.port, ${config.http.port}`,
    );
  }
}

function checkGrace({ graceSeconds, config, where }: Configured, checks: Checks): void {
  const { worker, kafka } = config;
  const needed = Math.ceil((worker.drainMs + kafka.transactionTimeoutMs) / 1000);
  checks.expect(
    graceSeconds >= needed,
    where,
    `it is killed ${graceSeconds} s after it was told to stop`,
    `Set terminationGracePeriodSeconds to at least ${needed}: worker.drainMs and kafka.transactionTimeoutMs`,
  );
}

/** A certificate or password that nothing mounts is found missing only when the pod starts. */
function checkSecretFiles({ config, files, secretFolders, where }: Configured, checks: Checks): void {
  for (const path of filesNamedIn(config)) {
    const isThere = path in files || secretFolders.some((folder) => path.startsWith(`${folder}/`));
    checks.expect(
      isThere,
      where,
      `nothing is mounted where ${path} should be`,
      `Name a file under ${secretFolders.join(" or ")}`,
    );
  }
}

/** Values of settings that name files: `…File`. */
function filesNamedIn(section: object): string[] {
  return Object.entries(section).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === "object" && value !== null) return filesNamedIn(value);
    return key.endsWith("File") && typeof value === "string" ? [value] : [];
  });
}

function checkSetup(name: string, jobs: readonly Configured[], checks: Checks): void {
  for (const step of ["topics create", "schemas register"])
    checks.expect(
      jobs.some(({ main }) => main.command.slice(1).join(" ") === step),
      name,
      `no Job runs ${step}`,
      "Keep it in k8s/base/setup-jobs.yaml",
    );
}
