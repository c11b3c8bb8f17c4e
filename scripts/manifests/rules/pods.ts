import type { Checks } from "../checks.ts";
import { type Container, type Manifest, manifestsOf, type PodSpec } from "../manifest.ts";

/** What holds for every pod, whatever it runs: it has no rights that it does not need. */
export function checkPods(build: string, manifests: readonly Manifest[], checks: Checks): void {
  for (const kind of ["Deployment", "Job"] as const) {
    for (const { metadata, spec } of manifestsOf(manifests, kind)) {
      const where = `${build}, ${kind} ${metadata.name}`;
      const pod = spec.template.spec;
      checkPod(pod, where, checks);
      for (const container of [...pod.initContainers, ...pod.containers]) {
        const place = `${where}, container ${container.name}`;
        checkRights(container, pod, place, checks);
        checkSecrets(container, place, checks);
        checkResources(container, place, checks);
      }
    }
  }
  checkAccounts(build, manifests, checks);
}

function checkPod(pod: PodSpec, where: string, checks: Checks): void {
  checks.expect(
    pod.automountServiceAccountToken === false,
    where,
    "the token of the service account is mounted",
    "Set automountServiceAccountToken: false: nothing here asks Kubernetes anything",
  );
  checks.expect(
    pod.enableServiceLinks === false,
    where,
    "every Service of the namespace becomes an environment variable",
    "Set enableServiceLinks: false",
  );
  checks.expect(
    !(pod.hostNetwork || pod.hostPID || pod.hostIPC),
    where,
    "it shares a namespace with the node",
    "Remove hostNetwork, hostPID and hostIPC",
  );
}

function checkRights({ securityContext }: Container, pod: PodSpec, where: string, checks: Checks): void {
  const own = { ...pod.securityContext, ...securityContext };
  const security = (holds: boolean, wrong: string, remedy: string) =>
    checks.expect(holds, where, wrong, `Set securityContext.${remedy}`);
  security(own.runAsNonRoot === true, "it may run as root", "runAsNonRoot: true");
  security(
    (own.runAsUser ?? 0) > 0,
    "its user is not given by number, or is root",
    "runAsUser to that of the Dockerfile",
  );
  security(
    own.seccompProfile?.type === "RuntimeDefault",
    "system calls are not filtered",
    "seccompProfile: RuntimeDefault",
  );
  security(own.readOnlyRootFilesystem === true, "it can write into its image", "readOnlyRootFilesystem: true");
  security(own.allowPrivilegeEscalation === false, "it can gain rights", "allowPrivilegeEscalation: false");
  security(own.privileged !== true, "it is privileged", "privileged: false");
  const { drop = [], add = [] } = own.capabilities ?? {};
  security(
    drop.includes("ALL") && add.length === 0,
    "it has capabilities",
    "capabilities: { drop: [ALL] }, and add none",
  );
}

const SECRET_NAME = /PASSWORD|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY/i;
const CREDENTIALS = /:\/\/[^/\s:@]*:[^/\s@]+@/;

function checkSecrets({ env, envFrom }: Container, where: string, checks: Checks): void {
  const asFile = "Mount the Secret as a file and name the file (…File in docs/configuration.md)";
  for (const { name, value = "", valueFrom } of env) {
    const isSecret = SECRET_NAME.test(name) && !name.endsWith("_FILE");
    const refers = typeof valueFrom === "object" && valueFrom !== null && "secretKeyRef" in valueFrom;
    checks.expect(
      !(refers || isSecret || CREDENTIALS.test(value)),
      where,
      `the variable ${name} holds a secret`,
      asFile,
    );
  }
  const taken = envFrom.some(({ secretRef }) => secretRef !== undefined);
  checks.expect(!taken, where, "a whole Secret becomes environment variables", asFile);
}

function checkResources({ image, resources }: Container, where: string, checks: Checks): void {
  const { requests, limits } = resources;
  checks.expect(
    "cpu" in requests && "memory" in requests && "memory" in limits,
    where,
    "CPU or memory is not asked for, or memory has no limit",
    "Set resources.requests (cpu, memory) and resources.limits.memory",
  );
  checks.expect(
    /@sha256:|:(?!latest$)[^/:]+$/.test(image),
    where,
    `the image ${image} has no version`,
    "Set newTag or digest under images in kustomization.yaml",
  );
}

function checkAccounts(build: string, manifests: readonly Manifest[], checks: Checks): void {
  for (const { kind, name } of manifests)
    checks.expect(
      kind !== "Secret",
      `${build}, ${kind} ${name}`,
      "a Secret is part of the manifests, so its content is in a repository",
      "Make it outside of them (docs/deploying.md, secrets)",
    );
  for (const { metadata, data } of manifestsOf(manifests, "ConfigMap"))
    checks.expect(
      !Object.values(data).some((content) => CREDENTIALS.test(content)),
      `${build}, ConfigMap ${metadata.name}`,
      "an address holds a password",
      "Set the …passwordFile beside it instead",
    );
}
