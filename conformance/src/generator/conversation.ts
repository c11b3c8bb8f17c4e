import { type Choice, catalogue, itemLine } from "./catalogue.ts";
import type { Kind } from "./event.ts";
import { aborted, completed, started, userMessage } from "./legacy-events.ts";
import type { Scene } from "./scene.ts";
import type { Fields } from "./written.ts";

/** A line's kind and content, before it is written. */
export type Step = { kind: string; line: string; payload: Fields; quiet: boolean };

/** Goes on with a conversation, step by step: mostly as a client would, at times with anything at all. */
export class Conversation {
  private readonly scene: Scene;
  private readonly anything: readonly Choice[];
  private readonly body: readonly Choice[];
  private readonly planned: (() => Step)[] = [];
  /** How often a step has nothing to do with the one before. */
  private readonly disorder: number;

  constructor(scene: Scene) {
    this.scene = scene;
    this.anything = catalogue(scene.mode, scene.families);
    this.body = this.anything.filter(({ value }) => value.family !== "turns" && value.family !== "rollback");
    this.disorder = scene.has("chaos") ? scene.random.pick([0, 0, 0, 0.05, 0.2, 1]) : 0;
  }

  next(): Step {
    const { random } = this.scene;
    if (random.chance(this.disorder)) return this.pickFrom(this.anything);
    const planned = this.planned.shift();
    if (planned !== undefined) return planned();
    if (this.scene.openTurn === undefined) return this.betweenTurns();
    if (random.chance(0.8)) return this.pickFrom(this.body);
    return this.endTurn(this.scene.openTurn);
  }

  private betweenTurns(): Step {
    const { random } = this.scene;
    if (random.chance(0.1)) return this.pickFrom(this.anything);
    if (random.chance(0.1)) return this.user();
    const turnId = this.scene.newTurnId();
    this.scene.openTurn = turnId;
    this.planned.push(
      () => this.pickFrom(this.body),
      () => this.user(),
    );
    return event("task_started", started(this.scene, turnId));
  }

  private endTurn(turnId: string): Step {
    const { random } = this.scene;
    this.scene.openTurn = undefined;
    if (random.chance(0.07)) return this.betweenTurns();
    if (random.chance(0.85)) return event("task_complete", completed(this.scene, turnId));
    return event("turn_aborted", aborted(this.scene, random.chance(0.7) ? turnId : random.pick([null, undefined])));
  }

  private user(): Step {
    if (this.scene.mode === "paginated")
      return event("item_completed UserMessage", itemLine(this.scene, "item_completed", "UserMessage"));
    return event("user_message", { type: "user_message", ...userMessage(this.scene) });
  }

  private pickFrom(choices: readonly Choice[]): Step {
    const kind = this.scene.random.weighted(choices);
    const payload = kind.make(this.scene);
    if (kind.name === "task_started" && typeof payload.turn_id === "string") this.scene.openTurn = payload.turn_id;
    return { kind: kind.name, line: kind.line, payload, quiet: this.isQuiet(kind) };
  }

  /** Whether what stands in such a line cannot matter: its fields are then left well formed. */
  private isQuiet({ family, name }: Kind): boolean {
    if (this.scene.mode === "legacy") return family === "noise";
    return family !== "turns" && !name.startsWith("item_completed");
  }
}

function event(kind: string, payload: Fields): Step {
  return { kind, line: "event_msg", payload, quiet: false };
}
