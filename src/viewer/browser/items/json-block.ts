import { h, type JSX } from "preact";
import { json } from "../fields.ts";
import { codeText } from "../plain-text.ts";
import { Output } from "../text-block.ts";

/** Data of any shape, as indented JSON. */
export function jsonOf(value: unknown): JSX.Element {
  return h(Output, { name: "json", text: codeText(json(value)) });
}
