import { toolsFolder } from "./folders.ts";
import {
  SERVICE_NAMES,
  type ServiceName,
  type ServicesEnv,
  ServicesError,
  servicesEnv,
  TOOLS_VARIABLE,
  VARIABLES,
} from "./names.ts";
import { isReachable } from "./ports.ts";

/** What a worker needs; who gives these need not have a Postgres. */
const DEMANDED = ["kafka", "redis", "registry"] as const satisfies readonly ServiceName[];

/** The services that the environment names, if it names enough, and not those that this program has started itself. */
export function givenEnv(folder: string): ServicesEnv | null {
  const tools = process.env[TOOLS_VARIABLE];
  // From an earlier `eval "$(npm run -s services -- env)"`: those services may be gone by now.
  if (tools === toolsFolder(folder)) return null;
  if (DEMANDED.some((name) => !process.env[VARIABLES[name]])) return null;
  const { DATABASE_URL, ...env } = servicesEnv((name) => process.env[VARIABLES[name]] ?? "", tools || undefined);
  return DATABASE_URL ? { ...env, DATABASE_URL } : env;
}

export interface Reach {
  readonly name: ServiceName;
  readonly address: string;
  readonly reachable: boolean;
}

const DEFAULT_PORTS: Readonly<Record<ServiceName, number>> = { kafka: 9092, redis: 6379, registry: 80, postgres: 5432 };

/** Whether somebody accepts connections at each address. */
export async function reachOf(env: ServicesEnv): Promise<Reach[]> {
  return await Promise.all(
    SERVICE_NAMES.flatMap((name) => {
      const given = env[VARIABLES[name]];
      return given === undefined ? [] : [reach(name, given)];
    }),
  );
}

async function reach(name: ServiceName, given: string): Promise<Reach> {
  const { host, port } = addressIn(VARIABLES[name], given, DEFAULT_PORTS[name]);
  return { name, address: `${host}:${port}`, reachable: await isReachable(host, port) };
}

/** @throws ServicesError */
function addressIn(variable: string, text: string, defaultPort: number): { host: string; port: number } {
  const [first = ""] = text.split(",");
  const url = URL.parse(first.includes("://") ? first : `tcp://${first}`);
  if (url === null || url.hostname === "") throw new ServicesError(`${variable}: ${first} is not an address`);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : defaultPort) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port };
}
