import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the documentation says of a metric. */
export interface MetricDoc {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly labels: readonly string[];
  readonly help: string;
}

const NAMESPACE = "thread_history_";

/** Metrics of one process, those of the process itself among them. Each is documented as it is made. */
export class MetricMaker {
  readonly registry = new Registry();
  readonly docs: MetricDoc[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  protected gauge<Label extends string>(name: string, labels: readonly Label[], help: string): Gauge<Label> {
    return new Gauge(this.#described("gauge", name, labels, help));
  }

  protected counter<Label extends string>(name: string, labels: readonly Label[], help: string): Counter<Label> {
    return new Counter(this.#described("counter", name, labels, help));
  }

  protected histogram<Label extends string>(
    name: string,
    labels: readonly Label[],
    buckets: number[],
    help: string,
  ): Histogram<Label> {
    return new Histogram({ ...this.#described("histogram", name, labels, help), buckets });
  }

  #described<Label extends string>(type: MetricDoc["type"], shortName: string, labels: readonly Label[], help: string) {
    const name = NAMESPACE + shortName;
    this.docs.push({ name, type, labels, help });
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}
