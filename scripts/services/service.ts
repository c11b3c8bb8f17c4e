import type { ServiceName } from "./names.ts";
import type { Command } from "./processes.ts";

/** Where one service lives. */
export interface Place {
  /** Its data. */
  readonly folder: string;
  readonly log: string;
  /** What Maven has brought. */
  readonly downloads: string;
  /** The port that clients use, then those that the service uses itself. */
  readonly ports: readonly number[];
}

/** A service that is started as a process of this machine. */
export interface Service {
  readonly name: ServiceName;
  readonly portCount: number;
  /** Ends it in order, with open connections too. */
  readonly stopSignal: NodeJS.Signals;
  /** The address for its variable. */
  url(port: number): string;
  /** Does what must be done before each start, and makes its data when there is none. */
  prepare(place: Place): Promise<void>;
  command(place: Place): Command;
  /** Whether clients can work with it. */
  isHealthy(port: number): Promise<boolean>;
}

/** @throws when a service asks for a port that it did not announce, which is a mistake in it */
export function portAt(ports: readonly number[], at: number): number {
  const port = ports[at];
  if (port === undefined) throw new Error(`no port number ${at} among ${ports.join(", ")}`);
  return port;
}
