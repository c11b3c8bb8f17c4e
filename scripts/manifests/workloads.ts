import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { z } from "zod";
import { ROOT } from "../root.ts";
import { type Container, type Manifest, manifestsOf, type PodSpec } from "./manifest.ts";

/** One container as data: enough to run it as a plain process. */
export interface Run {
  readonly name: string;
  /** Program and arguments: the container's own command, else the image's entry point. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Probe {
  readonly path: string;
  readonly port: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** A Deployment or Job: what runs, with which files, and how Kubernetes starts, asks and ends it. */
export interface Workload {
  readonly kind: "Deployment" | "Job";
  readonly name: string;
  /** Label app.kubernetes.io/component: an observer, or `setup`. */
  readonly component: string;
  readonly replicas: number | undefined;
  /** Run one after the other, each to its end, before `main`. */
  readonly init: readonly Run[];
  readonly main: Run;
  /** What ConfigMaps put into the containers, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Where Secrets are mounted. */
  readonly secretFolders: readonly string[];
  readonly probes: Readonly<Record<"startup" | "liveness" | "readiness", Probe | undefined>>;
  /** How it is told to end, and after how many seconds it is ended. */
  readonly stopSignal: string;
  readonly graceSeconds: number;
}

/** What the Deployments and Jobs of built manifests run. */
export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return (["Deployment", "Job"] as const).flatMap((kind) =>
    manifestsOf(manifests, kind).map(({ metadata, spec }): Workload => {
      const pod = spec.template.spec;
      const [main] = pod.containers;
      if (main === undefined || pod.containers.length > 1) throw new Error(`${metadata.name}: expected one container`);
      const replicas = "replicas" in spec && typeof spec.replicas === "number" ? spec.replicas : undefined;
      return {
        kind,
        name: metadata.name,
        component: metadata.labels["app.kubernetes.io/component"] ?? "",
        replicas,
        init: pod.initContainers.map(runOf),
        main: runOf(main),
        files: filesOf(main, pod, manifests),
        secretFolders: main.volumeMounts
          .filter(({ name }) => pod.volumes.some((volume) => volume.name === name && volume.secret !== undefined))
          .map(({ mountPath }) => mountPath),
        probes: {
          startup: probeOf(main, main.startupProbe),
          liveness: probeOf(main, main.livenessProbe),
          readiness: probeOf(main, main.readinessProbe),
        },
        stopSignal: image().stopSignal,
        graceSeconds: pod.terminationGracePeriodSeconds,
      };
    }),
  );
}

function runOf({ name, command, args, env }: Container): Run {
  const values = env.map((variable) => [variable.name, variable.value ?? ""] as const);
  return { name, command: [...(command ?? image().entrypoint), ...args], env: Object.fromEntries(values) };
}

function filesOf(
  { volumeMounts }: Container,
  { volumes }: PodSpec,
  manifests: readonly Manifest[],
): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, mountPath } of volumeMounts) {
    const source = volumes.find((volume) => volume.name === name)?.configMap?.name;
    const data = manifestsOf(manifests, "ConfigMap").find(({ metadata }) => metadata.name === source)?.data ?? {};
    for (const [file, content] of Object.entries(data)) files[posix.join(mountPath, file)] = content;
  }
  return files;
}

function probeOf({ ports }: Container, probe: Container["livenessProbe"]): Probe | undefined {
  if (probe?.httpGet === undefined) return undefined;
  const { path, port } = probe.httpGet;
  const number = typeof port === "number" ? port : ports.find(({ name }) => name === port)?.containerPort;
  if (number === undefined) return undefined;
  const { periodSeconds, timeoutSeconds, failureThreshold } = probe;
  return { path, port: number, periodSeconds, timeoutSeconds, failureThreshold };
}

/** What the image says of itself, where manifests leave it to the image. An entry point in a shell counts as none. */
function image(): { readonly entrypoint: readonly string[]; readonly stopSignal: string } {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  const entrypoint: unknown = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(text)?.[1] ?? "[]");
  return {
    entrypoint: z.array(z.string()).parse(entrypoint),
    stopSignal: /^STOPSIGNAL (\w+)$/m.exec(text)?.[1] ?? "SIGTERM",
  };
}
