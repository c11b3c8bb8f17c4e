/**
 * `npm run manifests`: whether the image, k8s/ and docker-compose.yml are right, without a cluster and without Docker. Builds
 * k8s/ with kustomize, asks Kubernetes' own schemas, then our rules. Installs its tools the first time (a minute or two).
 */

import { loadConfig } from "../src/config/index.ts";
import { buildAll } from "./manifests/build.ts";
import { Checks } from "./manifests/checks.ts";
import { readInstallation } from "./manifests/installation.ts";
import { checkCompose } from "./manifests/rules/compose.ts";
import { checkCustomResources } from "./manifests/rules/custom-resources.ts";
import { checkImage } from "./manifests/rules/image.ts";
import { checkKubernetesSchemas } from "./manifests/rules/kubernetes-schemas.ts";
import { checkNetwork } from "./manifests/rules/network.ts";
import { checkPods } from "./manifests/rules/pods.ts";
import { checkScaling } from "./manifests/rules/scaling.ts";
import { checkWorkers } from "./manifests/rules/workers.ts";
import { findTools } from "./manifests/tools.ts";

const checks = new Checks();
const tools = findTools();
const builds = buildAll(tools.kustomize);

checkKubernetesSchemas(builds, tools.kubernetesValidate, checks);
for (const build of builds) {
  checkCustomResources(build.name, build.manifests, checks);
  checkPods(build.name, build.manifests, checks);
  const installation = readInstallation(build, checks);
  checkWorkers(installation, checks);
  checkScaling(installation, checks);
  checkNetwork(installation, checks);
}
checkImage(builds, checks);
const defaults = loadConfig({ environment: {}, flags: [] });
if (defaults.outcome === "config") checkCompose(tools.compose, defaults.config.worker.drainMs, checks);

for (const problem of checks.problems) console.error(problem);
console.log(`${checks.passed} checks passed${checks.problems.length > 0 ? `, ${checks.problems.length} failed` : ""}`);
process.exitCode = checks.problems.length > 0 ? 1 : 0;
