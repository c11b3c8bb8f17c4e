export { openContentAt } from "./content.ts";
export { Follower, type FollowOptions, type ShipEvent } from "./follower.ts";
export {
  type Incarnation,
  type Place,
  PositionsError,
  PositionsRefusedError,
  type RecoveredPositions,
  type ShipPositions,
  type ShippedFile,
} from "./incarnation.ts";
export { type LineLack, LineRecords, type ShipRecord } from "./line-records.ts";
export { recoverPositions } from "./recover.ts";
export { FileShipper, type RecordSink, type ShipOptions } from "./ship-file.ts";
