import type { Operations, ReadModel } from "../read-model/index.ts";
import type { Log } from "../telemetry/index.ts";
import type { Token } from "./tokens.ts";

/** What bounds the API. Every value can be configured (`api.*`). */
export interface ApiLimits {
  /** Entries of a page where a request names no limit. */
  readonly pageSize: number;
  /** Most entries that a request may ask for: a page is held in memory. */
  readonly maxPageSize: number;
  /** Bytes of a request's body; nothing longer than a token is ever sent. */
  readonly requestBytes: number;
  /** Connections at once, all kinds together. */
  readonly connections: number;
  /** Event streams and WebSockets at once: each holds a connection for as long as it likes. */
  readonly streams: number;
  /** How long a request may take to arrive, and an answer, or a page of a stream, to be taken, in milliseconds. */
  readonly requestMs: number;
  /** A quiet stream says so often that it lives, in milliseconds. */
  readonly heartbeatMs: number;
  /** Bytes of a message of the app-server protocol. */
  readonly messageBytes: number;
}

/** A file of the viewer. */
export interface ViewerFile {
  readonly body: Buffer;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ApiOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly readModel: ReadModel;
  /** Null: what observers do cannot be told. */
  readonly operations: Operations | null;
  /** Null: no viewer. `path` begins with a slash. */
  readonly viewer: ((path: string) => Promise<ViewerFile | null>) | null;
  /** Null when ready, else why not. */
  readonly readiness: () => string | null;
  /** Who may read what; empty: everybody that reaches it may read everything. */
  readonly tokens: readonly Token[];
  /** Origins of other pages whose scripts may read; none by default. */
  readonly corsOrigins: readonly string[];
  /** Names by which it may be called beside those of this machine: a page elsewhere must not reach it under its own name. */
  readonly allowedHosts: readonly string[];
  readonly limits: ApiLimits;
  readonly log: Log;
}
