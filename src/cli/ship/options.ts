import type { Config } from "../../config/index.ts";
import { type FollowOptions, openContentAt, type ShipOptions } from "../../ship/index.ts";
import type { ShippedPaths } from "./places.ts";

export function followOptions({ ship }: Config, paths: ShippedPaths): FollowOptions {
  const { order, rescanMs, retryMs } = ship;
  return { ...paths, order, rescanMs, retryMs };
}

/** `once`: nobody goes on writing what is imported, so its last lines are taken as they are. */
export function shipOptions({ ship }: Config, once: boolean): ShipOptions {
  const { maxLineBytes, turnBytes, settleMs, lineEndMs } = ship;
  return {
    maxLineBytes,
    turnBytes,
    settleMs,
    lineEndMs: once ? 0 : lineEndMs,
    now: Date.now,
    contentAt: openContentAt,
  };
}
