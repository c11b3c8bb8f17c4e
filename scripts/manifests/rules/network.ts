import type { Config } from "../../../src/config/index.ts";
import type { Checks } from "../checks.ts";
import type { Installation } from "../installation.ts";
import { manifestsOf, selects } from "../manifest.ts";

const DNS = 53;

/** What holds for who may talk to whom: what the configuration names, and nothing else. */
export function checkNetwork({ manifests, workers, jobs }: Installation, checks: Checks): void {
  const policies = manifestsOf(manifests, "NetworkPolicy").map(({ spec }) => spec);
  const labels = new Map(
    (["Deployment", "Job"] as const).flatMap((kind) =>
      manifestsOf(manifests, kind).map(({ metadata, spec }) => [metadata.name, spec.template.metadata.labels]),
    ),
  );
  for (const { name, where, config } of [...workers, ...jobs]) {
    const own = policies.filter(({ podSelector }) => selects(podSelector.matchLabels, labels.get(name) ?? {}));
    checks.expect(
      ["Ingress", "Egress"].every((type) => own.some(({ policyTypes }) => policyTypes.includes(type))),
      where,
      "no NetworkPolicy bounds what it reaches and who reaches it",
      "Let one with policyTypes [Ingress, Egress] select its pods",
    );
    const rules = [...own.flatMap(({ ingress }) => ingress), ...own.flatMap(({ egress }) => egress)];
    checks.expect(
      rules.every(({ ports }) => ports.length > 0),
      where,
      "a rule of its NetworkPolicy opens every port",
      "Name the ports of each rule",
    );
    const open = new Set(
      own.flatMap(({ egress }) => egress).flatMap(({ ports }) => ports.map(({ port }) => Number(port))),
    );
    for (const port of [DNS, ...portsOf(config)])
      checks.expect(
        open.has(port),
        where,
        `its NetworkPolicy does not let it reach port ${port}, which its configuration names`,
        "Add the port to egress",
      );
  }
  for (const { where, config, name } of workers) {
    const own = policies.filter(({ podSelector }) => selects(podSelector.matchLabels, labels.get(name) ?? {}));
    const open = own.flatMap(({ ingress }) => ingress).flatMap(({ ports }) => ports.map(({ port }) => port));
    checks.expect(
      open.length > 0 && open.every((port) => port === config.http.port),
      where,
      `its NetworkPolicy lets in ${open.join(", ") || "nothing"}`,
      `Let in http.port, ${config.http.port}, for metrics, and nothing else`,
    );
  }
}

/** Ports of every server that a configuration names. */
function portsOf({ kafka, redis, schemaRegistry }: Config): number[] {
  const addresses = [...kafka.brokers, ...redis.sentinels, ...redis.cluster].map((address) =>
    Number(/\d+$/.exec(address)?.[0]),
  );
  const redisPort = portOf(redis.url, 6379);
  const httpPort = (url: string | null) => portOf(url, url?.startsWith("https:") ? 443 : 80);
  return [...addresses, ...redisPort, ...httpPort(schemaRegistry.url), ...httpPort(kafka.sasl.tokenEndpoint)];
}

function portOf(url: string | null, preset: number): number[] {
  return url === null ? [] : [Number(new URL(url).port || preset)];
}
