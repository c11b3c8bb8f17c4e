import { parseAllDocuments } from "yaml";
import { z } from "zod";

/** What is read of containers; everything else is left to the schemas of Kubernetes. */
const handler = z
  .looseObject({
    httpGet: z.looseObject({ path: z.string(), port: z.union([z.string(), z.number()]) }).optional(),
    periodSeconds: z.number().default(10),
    timeoutSeconds: z.number().default(1),
    failureThreshold: z.number().default(3),
  })
  .optional();

const quantities = z.record(z.string(), z.union([z.string(), z.number()])).default({});

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).default([]),
  env: z
    .array(z.looseObject({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }))
    .default([]),
  envFrom: z.array(z.looseObject({ secretRef: z.unknown().optional() })).default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).default([]),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
  startupProbe: handler,
  livenessProbe: handler,
  readinessProbe: handler,
  resources: z.looseObject({ requests: quantities, limits: quantities }).prefault({}),
  securityContext: z
    .looseObject({
      allowPrivilegeEscalation: z.boolean().optional(),
      readOnlyRootFilesystem: z.boolean().optional(),
      privileged: z.boolean().optional(),
      runAsNonRoot: z.boolean().optional(),
      runAsUser: z.number().optional(),
      capabilities: z
        .looseObject({ drop: z.array(z.string()).default([]), add: z.array(z.string()).default([]) })
        .optional(),
      seccompProfile: z.looseObject({ type: z.string() }).optional(),
    })
    .prefault({}),
});

const volume = z.looseObject({
  name: z.string(),
  configMap: z.looseObject({ name: z.string() }).optional(),
  secret: z.looseObject({ secretName: z.string() }).optional(),
});

const podSpec = z.looseObject({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  terminationGracePeriodSeconds: z.number().default(30),
  securityContext: z
    .looseObject({
      runAsNonRoot: z.boolean().optional(),
      runAsUser: z.number().optional(),
      seccompProfile: z.looseObject({ type: z.string() }).optional(),
    })
    .prefault({}),
  topologySpreadConstraints: z.array(z.looseObject({ topologyKey: z.string() })).default([]),
  initContainers: z.array(container).default([]),
  containers: z.array(container),
  volumes: z.array(volume).default([]),
});

const labels = z.record(z.string(), z.string()).default({});
const metadata = z.looseObject({ name: z.string(), labels });
const selector = z.looseObject({ matchLabels: labels }).prefault({});
const template = z.looseObject({ metadata: z.looseObject({ labels }).prefault({}), spec: podSpec });
const target = z.looseObject({ kind: z.string().default("Deployment"), name: z.string() });
const networkPorts = z.array(z.looseObject({ port: z.union([z.string(), z.number()]).optional() })).default([]);

const shapes = {
  ConfigMap: z.looseObject({ metadata, data: z.record(z.string(), z.string()).default({}) }),
  Deployment: z.looseObject({
    metadata,
    spec: z.looseObject({
      replicas: z.number().optional(),
      selector,
      strategy: z
        .looseObject({
          rollingUpdate: z
            .looseObject({ maxSurge: z.unknown().optional(), maxUnavailable: z.unknown().optional() })
            .optional(),
        })
        .prefault({}),
      template,
    }),
  }),
  Job: z.looseObject({ metadata, spec: z.looseObject({ template }) }),
  PodDisruptionBudget: z.looseObject({ metadata, spec: z.looseObject({ selector }) }),
  NetworkPolicy: z.looseObject({
    metadata,
    spec: z.looseObject({
      podSelector: z.looseObject({ matchLabels: labels }),
      policyTypes: z.array(z.string()).default([]),
      ingress: z.array(z.looseObject({ ports: networkPorts })).default([]),
      egress: z.array(z.looseObject({ ports: networkPorts })).default([]),
    }),
  }),
  HorizontalPodAutoscaler: z.looseObject({
    metadata,
    spec: z.looseObject({ scaleTargetRef: target, maxReplicas: z.number() }),
  }),
  ScaledObject: z.looseObject({
    metadata,
    spec: z.looseObject({
      scaleTargetRef: target,
      maxReplicaCount: z.number().default(100),
      triggers: z.array(
        z.looseObject({
          type: z.string(),
          metadata: z.record(z.string(), z.string()),
          authenticationRef: z.unknown().optional(),
        }),
      ),
    }),
  }),
};

type Shapes = typeof shapes;
export type Kind = keyof Shapes;
export type Shaped<Name extends Kind> = z.output<Shapes[Name]>;
export type Container = z.output<typeof container>;
export type PodSpec = z.output<typeof podSpec>;

/** An object as kustomize prints it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly content: object;
}

const anyObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** The objects of a YAML stream. */
export function parseManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).map((document) => {
    const content = anyObject.parse(document.toJS());
    return { apiVersion: content.apiVersion, kind: content.kind, name: content.metadata.name, content };
  });
}

/** The objects of one kind, with what is read of them. */
export function manifestsOf<Name extends Kind>(manifests: readonly Manifest[], kind: Name): Shaped<Name>[] {
  return manifests
    .filter((manifest) => manifest.kind === kind)
    .map(({ content }) => shapes[kind].parse(content) as Shaped<Name>);
}

/** Whether a selector by labels takes an object with these. */
export function selects(wanted: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => given[key] === value);
}
