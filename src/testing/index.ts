/** `thread-history/testing`: mutations for the tests of those who consume them. */

export {
  agentMessage,
  type BuiltFrom,
  itemTombstone,
  itemUpsert,
  lifecycleEvent,
  TEST_THREAD,
  TEST_TURN,
  threadReset,
  threadStarted,
  turnTombstone,
  turnUpsert,
  userMessage,
} from "./builders.ts";
export { type DeliveriesOptions, type Delivery, deliveriesOf, shuffledDeliveriesOf } from "./deliveries.ts";
export { type DeliveredMutation, mutationsOfLines, type RolloutLines, sampleMutations } from "./projected.ts";
