import type { z } from "zod";
import { experimentalOfItems, experimentalOfThreads } from "./experimental.ts";
import {
  initializeParams,
  itemsListParams,
  parseParams,
  shortened,
  threadListParams,
  threadReadParams,
  turnsListParams,
} from "./params.ts";
import type { Reading } from "./reading.ts";
import { invalidRequest } from "./rpc-error.ts";
import { listItems, listTurns, readThread } from "./thread-history.ts";
import { listThreads } from "./thread-list.ts";

/** A request whose params were read. */
export type Call =
  | { readonly type: "initialize"; readonly params: z.infer<typeof initializeParams> }
  | {
      readonly type: "read";
      /** The member that only clients with `experimentalApi` may use; null where there is none. */
      readonly experimental: string | null;
      readonly answer: (reading: Reading) => Promise<object>;
    };

type Method = (params: unknown) => Call;

const METHODS = new Map<string, Method>([
  [
    "initialize",
    (params) => ({ type: "initialize", params: parseParams("InitializeParams", initializeParams, params) }),
  ],
  ["thread/list", reads("ThreadListParams", threadListParams, listThreads, experimentalOfThreads)],
  ["thread/read", reads("ThreadReadParams", threadReadParams, readThread)],
  ["thread/turns/list", reads("ThreadTurnsListParams", turnsListParams, listTurns)],
  ["thread/items/list", reads("ThreadItemsListParams", itemsListParams, listItems, experimentalOfItems)],
]);

/** @throws RpcError for a method that is not served, and for params that cannot be read */
export function callOf(method: string, params: unknown): Call {
  const known = METHODS.get(method);
  if (known === undefined)
    throw invalidRequest(`Invalid request: unknown variant \`${shortened(method)}\`, expected ${served()}`);
  return known(params);
}

function reads<T>(
  name: string,
  schema: z.ZodType<T>,
  answer: (reading: Reading, params: T) => Promise<object>,
  experimentalOf: (params: T) => string | null = () => null,
): Method {
  return (given) => {
    const params = parseParams(name, schema, given);
    return { type: "read", experimental: experimentalOf(params), answer: (reading) => answer(reading, params) };
  };
}

function served(): string {
  return `one of ${[...METHODS.keys()].map((name) => `\`${name}\``).join(", ")}`;
}
