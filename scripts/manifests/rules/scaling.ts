import { groupOf } from "../../../src/cli/arguments.ts";
import { topicNames } from "../../../src/kafka/index.ts";
import { OBSERVER_NAMES } from "../../../src/projections/index.ts";
import type { Checks } from "../checks.ts";
import type { Configured, Installation } from "../installation.ts";
import { manifestsOf, type Shaped } from "../manifest.ts";

/** What holds for what changes the number of workers. */
export function checkScaling({ manifests, workers }: Installation, checks: Checks): void {
  const byLag = manifestsOf(manifests, "ScaledObject");
  const byLoad = manifestsOf(manifests, "HorizontalPodAutoscaler");
  for (const worker of workers) {
    const { where, name } = worker;
    const isOf = (target: { kind: string; name: string }) => target.kind === "Deployment" && target.name === name;
    const lagScalers = byLag.filter(({ spec }) => isOf(spec.scaleTargetRef));
    const loadScalers = byLoad.filter(({ spec }) => isOf(spec.scaleTargetRef));
    const scalers = lagScalers.length + loadScalers.length;
    checks.expect(
      scalers + (worker.replicas === undefined ? 0 : 1) === 1,
      where,
      `${scalers} scalers and ${worker.replicas === undefined ? "no" : "a"} fixed number of replicas decide how many there are`,
      "Have one of k8s/components/keda and k8s/components/hpa, or replicas",
    );
    const most = [
      ...lagScalers.map(({ spec }) => spec.maxReplicaCount),
      ...loadScalers.map(({ spec }) => spec.maxReplicas),
      worker.replicas ?? 0,
    ];
    const { partitions } = worker.config.topics;
    checks.expect(
      Math.max(...most) <= partitions,
      where,
      `up to ${Math.max(...most)} replicas share ${partitions} partitions`,
      `Set maxReplicaCount, maxReplicas or replicas to at most topics.partitions, ${partitions}: more have nothing to do`,
    );
    for (const scaler of lagScalers) checkTrigger(scaler, worker, checks);
  }
}

function checkTrigger(
  { metadata, spec }: Shaped<"ScaledObject">,
  { config, component, where }: Configured,
  checks: Checks,
): void {
  const [trigger] = spec.triggers;
  const observer = OBSERVER_NAMES.find((name) => name === component);
  const expected = {
    consumerGroup: observer === undefined ? undefined : groupOf(config.prefix, observer),
    topic: topicNames(config.prefix).rolloutEvents,
    bootstrapServers: config.kafka.brokers.join(","),
    tls: config.kafka.tls.enabled ? "enable" : undefined,
    sasl:
      config.kafka.sasl.mechanism === "none"
        ? undefined
        : config.kafka.sasl.mechanism.replaceAll("-", "_").replace("sha_", "sha"),
  };
  for (const [key, value] of Object.entries(expected)) {
    const found = trigger?.metadata[key];
    checks.expect(
      found === value,
      `${where}, ScaledObject ${metadata.name}`,
      `${key} is ${found ?? "not set"}, which is not what the workers use`,
      `Set it to ${value ?? "nothing"}, as in config.yaml`,
    );
  }
  checks.expect(
    (trigger?.authenticationRef !== undefined) === (expected.sasl !== undefined),
    `${where}, ScaledObject ${metadata.name}`,
    "KEDA has no way to log in to Kafka, or one that is not asked for",
    "Set authenticationRef to a TriggerAuthentication, together with kafka.sasl",
  );
}
