import { RecordMaker } from "../../src/producer/index.ts";
import {
  FileShipper,
  Follower,
  type FollowOptions,
  LineRecords,
  openContentAt,
  type RecordSink,
  type ShipEvent,
  type ShipOptions,
} from "../../src/ship/index.ts";
import { SqliteShipPositions } from "../../src/ship-positions/index.ts";

export interface TestShipping extends Partial<FollowOptions & ShipOptions> {
  readonly paths: readonly string[];
  /** The file of positions. */
  readonly positions: string;
  readonly listener?: (event: ShipEvent) => void;
}

/** Records as they come: nothing is replaced, and little is too large. */
export function plainRecords(): LineRecords {
  return new LineRecords(new RecordMaker({ maxRecordBytes: 1_000_000 }), null);
}

/** What `ship` is made of, on real files and a real file of positions, without its patience; `sink`: where the lines go. */
export function shippingTo(sink: RecordSink, { positions: file, listener, ...options }: TestShipping) {
  const positions = new SqliteShipPositions(file, "here");
  const shipper = new FileShipper(positions, plainRecords(), sink, {
    maxLineBytes: 1_000_000,
    turnBytes: 1_000_000,
    settleMs: 0,
    lineEndMs: 0,
    now: Date.now,
    contentAt: openContentAt,
    ...options,
  });
  const follow = { mayBeMissing: [], order: "newest", rescanMs: 1_000, retryMs: 1, ...options } as const;
  return { positions, shipper, follower: new Follower(follow, positions, shipper, listener ?? (() => undefined)) };
}
