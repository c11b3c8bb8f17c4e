import type { GivenValue, Layer, Problem } from "./layer.ts";
import { nearest } from "./nearest.ts";
import { FILE_VARIABLE, SETTINGS, VARIABLE_PREFIX } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Kubernetes puts the addresses of Services into every container: one named thread-history gives variables that look like ours. */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT_[0-9]+_(TCP|UDP|SCTP)(_|$)/;
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//;

/** What the environment sets. An empty variable counts as absent: compose files and manifests write them so. */
export function environmentLayer(environment: Environment): Layer {
  const values = new Map<string, GivenValue>();
  const problems: Problem[] = [];
  const known = new Map(SETTINGS.map(({ variable, name }) => [variable, name]));
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined || value === "" || variable === FILE_VARIABLE) continue;
    const origin = `environment variable ${variable}`;
    const name = known.get(variable);
    if (name !== undefined) values.set(name, { value, origin });
    else if (variable.startsWith(VARIABLE_PREFIX) && !SERVICE_LINK.test(variable) && !SERVICE_ADDRESS.test(value))
      problems.push({ name: variable, origin: "environment", message: unknown(variable, known.keys()) });
  }
  return { values, problems };
}

function unknown(variable: string, known: Iterable<string>): string {
  const meant = nearest(variable, known);
  return `no such variable${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}
