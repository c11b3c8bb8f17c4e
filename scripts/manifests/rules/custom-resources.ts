import { z } from "zod";
import type { Checks } from "../checks.ts";
import type { Manifest } from "../manifest.ts";

const name = z.string().min(1);
const metadata = z.looseObject({ name });
const seconds = z.int().min(0);
const positive = z.int().min(1);

/** As in autoscaling/v2. */
const scalingRules = z.strictObject({
  stabilizationWindowSeconds: seconds.max(3600).optional(),
  selectPolicy: z.enum(["Max", "Min", "Disabled"]).optional(),
  policies: z.array(
    z.strictObject({ type: z.enum(["Pods", "Percent"]), value: positive, periodSeconds: positive.max(1800) }),
  ),
});

/** KEDA takes texts only; a number or boolean in YAML is refused by the cluster. */
const kafkaTrigger = z.strictObject({
  type: z.literal("kafka"),
  name: name.optional(),
  metricType: z.enum(["AverageValue", "Value"]).optional(),
  metadata: z.strictObject({
    bootstrapServers: z.string().regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, "host:port, with commas between several"),
    consumerGroup: name,
    topic: name,
    lagThreshold: z.string().regex(/^[1-9]\d*$/, "a text of digits"),
    activationLagThreshold: z.string().regex(/^\d+$/, "a text of digits").optional(),
    offsetResetPolicy: z.enum(["earliest", "latest"]).optional(),
    allowIdleConsumers: z.enum(["true", "false"]).optional(),
    excludePersistentLag: z.enum(["true", "false"]).optional(),
    limitToPartitionsWithLag: z.enum(["true", "false"]).optional(),
    scaleToZeroOnInvalidOffset: z.enum(["true", "false"]).optional(),
    partitionLimitation: name.optional(),
    version: name.optional(),
    sasl: z.enum(["plaintext", "scram_sha256", "scram_sha512", "oauthbearer", "none"]).optional(),
    tls: z.enum(["enable", "disable"]).optional(),
    unsafeSsl: z.literal("false").optional(),
  }),
  authenticationRef: z
    .strictObject({ name, kind: z.enum(["TriggerAuthentication", "ClusterTriggerAuthentication"]).optional() })
    .optional(),
});

/** Custom resources have no schema in Kubernetes: the parts of theirs that are used here, and no other keys. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  "keda.sh/v1alpha1 ScaledObject": z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata,
    spec: z
      .strictObject({
        scaleTargetRef: z.strictObject({ apiVersion: name.optional(), kind: name.optional(), name }),
        pollingInterval: positive.optional(),
        cooldownPeriod: seconds.optional(),
        minReplicaCount: seconds.optional(),
        maxReplicaCount: positive,
        advanced: z
          .strictObject({
            restoreToOriginalReplicaCount: z.boolean().optional(),
            horizontalPodAutoscalerConfig: z.strictObject({
              name: name.optional(),
              behavior: z
                .strictObject({ scaleUp: scalingRules.optional(), scaleDown: scalingRules.optional() })
                .optional(),
            }),
          })
          .optional(),
        triggers: z.array(kafkaTrigger).min(1),
      })
      .refine(({ minReplicaCount = 0, maxReplicaCount }) => minReplicaCount <= maxReplicaCount, {
        path: ["minReplicaCount"],
        error: "it is more than maxReplicaCount",
      }),
  }),
  "keda.sh/v1alpha1 TriggerAuthentication": z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata,
    spec: z.strictObject({
      secretTargetRef: z.array(
        z.strictObject({
          parameter: z.enum(["sasl", "username", "password", "tls", "ca", "cert", "key", "keyPassword"]),
          name,
          key: name,
        }),
      ),
    }),
  }),
  "monitoring.coreos.com/v1 PodMonitor": z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata,
    spec: z.strictObject({
      selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
      jobLabel: name.optional(),
      podMetricsEndpoints: z
        .array(
          z.strictObject({
            port: name,
            path: z.string().startsWith("/").optional(),
            interval: z
              .string()
              .regex(/^\d+(ms|s|m)$/, "a duration")
              .optional(),
            scrapeTimeout: z
              .string()
              .regex(/^\d+(ms|s|m)$/, "a duration")
              .optional(),
          }),
        )
        .min(1),
    }),
  }),
};

/** Whether Kubernetes itself knows the kind: its own groups have no domain, or one under k8s.io. */
export function isBuiltIn({ apiVersion }: Manifest): boolean {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return group === undefined || !group.includes(".") || group.endsWith(".k8s.io");
}

export function checkCustomResources(build: string, manifests: readonly Manifest[], checks: Checks): void {
  for (const manifest of manifests) {
    if (isBuiltIn(manifest)) continue;
    const where = `${build}, ${manifest.kind} ${manifest.name}`;
    const schema = schemas[`${manifest.apiVersion} ${manifest.kind}`];
    const result = schema?.safeParse(manifest.content);
    const issues = result?.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
    checks.expect(
      schema !== undefined,
      where,
      `nothing checks ${manifest.apiVersion} ${manifest.kind}`,
      "Describe it in scripts/manifests/rules/custom-resources.ts",
    );
    if (schema === undefined) continue;
    checks.expect(
      issues.length === 0,
      where,
      issues.join("; "),
      "Correct it, or the description in scripts/manifests/rules/custom-resources.ts",
    );
  }
}
