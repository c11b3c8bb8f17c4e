import { h, type JSX } from "preact";
import { oneLine } from "../format.ts";
import { Icon } from "../parts.ts";
import { heldPicture, safeHref } from "../pictures.ts";
import { codeText } from "../plain-text.ts";

/** A picture that the item holds itself; else a link to where it is. */
export function Picture({ url, label }: { readonly url: string; readonly label: string }): JSX.Element {
  const held = heldPicture(url);
  if (held !== null) return h("img", { class: "picture", src: held, alt: label });
  const href = safeHref(url);
  const name = url.startsWith("data:") ? "a picture of a kind that is not shown" : codeText(oneLine(url, 120));
  const content = [h(Icon, { name: "image" }), h("bdi", null, name)];
  if (href === null) return h("div", { class: "attached" }, content);
  return h("div", { class: "attached" }, h("a", { href, rel: "noopener noreferrer", target: "_blank" }, content));
}
