import type { CheckpointStore } from "./checkpoint-store.ts";
import type { Clock } from "./clock.ts";
import type { Decisions } from "./decisions.ts";
import type { PartitionLog } from "./log.ts";
import type { Membership } from "./membership.ts";
import type { Outbox } from "./outbox.ts";
import type { RecordCodec } from "./record-codec.ts";
import type { WorkerListener } from "./worker-event.ts";

/** What a partition worker works with: everything that is not itself. */
export interface PartitionPorts {
  readonly log: PartitionLog;
  readonly outbox: Outbox;
  readonly store: CheckpointStore;
  readonly membership: Membership;
  readonly decisions: Decisions;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly listener: WorkerListener;
}
