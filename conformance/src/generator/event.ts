import type { Family } from "./families.ts";
import type { Scene } from "./scene.ts";
import type { Fields } from "./written.ts";

/** One kind of line: what it is called in the coverage table, and how its payload is made. */
export type Kind = {
  readonly name: string;
  readonly family: Family;
  readonly weight: number;
  readonly line: "event_msg" | "response_item" | "compacted" | (string & {});
  readonly make: (scene: Scene) => Fields;
};

export function event(name: string, family: Family, weight: number, fields: (scene: Scene) => Fields): Kind {
  return { name, family, weight, line: "event_msg", make: (scene) => ({ type: name, ...fields(scene) }) };
}
