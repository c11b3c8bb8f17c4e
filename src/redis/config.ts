export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is. */
export type RedisServer =
  /** `redis://host:port/database`; `rediss://` is encrypted. */
  | { readonly type: "standalone"; readonly url: string }
  /** Sentinels, and the name under which they know the server. */
  | { readonly type: "sentinel"; readonly sentinels: readonly RedisAddress[]; readonly name: string }
  /** Some nodes; the others are learned from them. */
  | { readonly type: "cluster"; readonly nodes: readonly RedisAddress[] };

/** Of certificates and keys the PEM text. */
export interface RedisTls {
  /** Null: those that Node.js brings. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** The name the server's certificate must have, if it is not the host's. */
  readonly servername: string | null;
}

/** How to reach Redis, version 7 or later. The prefix of keys is not the connection's: see `CheckpointPlace`. */
export interface RedisConfig {
  readonly server: RedisServer;
  readonly username: string | null;
  readonly password: string | null;
  /** Null: not encrypted, unless the URL says so. */
  readonly tls: RedisTls | null;
  /** A command that is not answered for so long has failed; for twice as long: the connection has. */
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
}
