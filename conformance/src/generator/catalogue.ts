import type { HistoryMode } from "../rollout-file.ts";
import { DROPPED_EVENTS } from "./dropped-events.ts";
import type { Kind } from "./event.ts";
import type { Families } from "./families.ts";
import { HOOK_PROMPTS } from "./hook-prompts.ts";
import { LEGACY_EVENTS, TURN_EVENTS } from "./legacy-events.ts";
import { QUIET_LINES } from "./quiet-lines.ts";
import type { Scene } from "./scene.ts";
import { TURN_ITEMS, type TurnItemType, turnItem } from "./turn-items.ts";

export type Choice = { weight: number; value: Kind };

const KEPT_BY_LEGACY: ReadonlySet<TurnItemType> = new Set<TurnItemType>([
  "Plan",
  "FunctionCallOutput",
  "SubAgentActivity",
  "Extension",
]);
const GROUND: ReadonlySet<TurnItemType> = new Set<TurnItemType>(["UserMessage", "AgentMessage", "Plan"]);

const COMPACTED: Kind = {
  name: "compacted",
  family: "compaction",
  weight: 3,
  line: "compacted",
  make: (scene) => ({
    message: scene.texts.text(),
    replacement_history: scene.optional(() => [
      { type: "message", role: "user", content: [{ type: "input_text", text: scene.texts.text() }] },
    ]),
  }),
};

const ITEMS: readonly (Kind & { item: TurnItemType })[] = itemTypes().map((item) => ({
  name: `item_completed ${item}`,
  item,
  family: GROUND.has(item) ? "messages" : "items",
  weight: TURN_ITEMS[item].weight,
  line: "event_msg",
  make: (scene) => itemLine(scene, "item_completed", item),
}));

const ITEM_STARTED: Kind = {
  name: "item_started",
  family: "dropped",
  weight: 4,
  line: "event_msg",
  make: (scene) =>
    itemLine(
      scene,
      "item_started",
      scene.random.pick(["Plan", "Plan", "CommandExecution", "UserMessage", "Extension", "FunctionCallOutput"]),
    ),
};

export function itemLine(scene: Scene, type: "item_completed" | "item_started", item: TurnItemType) {
  const { random } = scene;
  return {
    type,
    thread_id: scene.writtenThreadId(),
    turn_id: random.chance(0.85) ? scene.turnId() : scene.anyTurnId(),
    item: turnItem(scene, item),
    ...(type === "item_started"
      ? { started_at_ms: scene.milliseconds() }
      : {
          started_at_ms: scene.optional(() => scene.milliseconds()),
          completed_at_ms: scene.defaulted(() => scene.milliseconds()),
        }),
  };
}

/** Everything that can stand in a rollout of this mode. */
export function catalogue(mode: HistoryMode, families: Families): readonly Choice[] {
  const legacy = mode === "legacy";
  const weighted = (kinds: readonly Kind[], factor: number): Choice[] =>
    kinds.filter(({ family }) => families.has(family)).map((value) => ({ weight: value.weight * factor, value }));
  return [
    ...weighted(TURN_EVENTS, 4),
    ...weighted(LEGACY_EVENTS, legacy ? 8 : 1),
    ...weighted(
      ITEMS.filter(({ item }) => !legacy || KEPT_BY_LEGACY.has(item)),
      legacy ? 4 : 8,
    ),
    ...weighted(
      ITEMS.filter(({ item }) => legacy && !KEPT_BY_LEGACY.has(item)),
      1,
    ),
    ...weighted([...DROPPED_EVENTS, ITEM_STARTED], legacy ? 3 : 1),
    ...weighted(QUIET_LINES, legacy ? 3 : 2),
    ...weighted([HOOK_PROMPTS, COMPACTED], legacy ? 8 : 2),
  ];
}

function itemTypes(): TurnItemType[] {
  return Object.keys(TURN_ITEMS).filter((name): name is TurnItemType => Object.hasOwn(TURN_ITEMS, name));
}
