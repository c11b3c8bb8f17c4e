import { type ComponentChildren, h, type JSX } from "preact";
import { duration, words } from "./format.ts";

/** Small pieces that many rows are made of. */

const ICONS = {
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0",
  agent: "M12 3v3M6 8h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2Zm3 5h.01M15 13h.01",
  thought: "M9 18h6M10 21h4M12 3a6 6 0 0 0-4 10.5c.7.7 1 1.3 1 2.5h6c0-1.2.3-1.8 1-2.5A6 6 0 0 0 12 3Z",
  command: "M4 6l5 5-5 5M12 18h8",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5Zm0 0v5h5M9 13h6M9 17h4",
  tool: "M14.5 6.5a4 4 0 0 0-5 5L4 17l3 3 5.5-5.5a4 4 0 0 0 5-5L15 12l-3-3 2.5-2.5Z",
  web: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  image: "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Zm0 12 4-4 4 4 3-3 4 4M15 9h.01",
  plan: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  agents:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6M17.5 14.5A6 6 0 0 1 21 20",
  review: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm10 3-5-5",
  compact: "M4 9h16M4 15h16M12 2v4m0 12v4M9 4l3 3 3-3M9 20l3-3 3 3",
  hook: "M12 3v9a4 4 0 1 0 4 4M12 5h.01",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  error: "M12 8v5m0 3h.01M12 3 2.5 20h19L12 3Z",
  unknown: "M9.5 9a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 17h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  back: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  fork: "M6 3v12M18 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM6 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM18 9a9 9 0 0 1-9 9",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 2-4-4",
  sun: "M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM12 1.5v2M12 20.5v2M1.5 12h2M20.5 12h2M4.6 4.6 6 6M18 18l1.4 1.4M19.4 4.6 18 6M6 18l-1.4 1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  auto: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 3v18",
  chevron: "m9 6 6 6-6 6",
  check: "m5 12 5 5L20 7",
} as const;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return h("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: ICONS[name] }));
}

/** How good a status is, for its colour. */
export function toneOf(status: string | null): "good" | "bad" | "busy" | "off" {
  switch (status) {
    case "completed":
    case "success":
    case "shutdown":
      return "good";
    case "failed":
    case "errored":
    case "error":
    case "systemError":
      return "bad";
    case "inProgress":
    case "running":
    case "in_progress":
    case "generating":
      return "busy";
    default:
      return "off";
  }
}

export function Badge({
  tone,
  children,
}: {
  readonly tone: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return h("span", { class: `badge ${tone}` }, children);
}

/** A status in words; one that all is well with says nothing. */
export function StatusBadge({ status }: { readonly status: string | null }): JSX.Element | null {
  if (status === null || toneOf(status) === "good") return null;
  return h(Badge, { tone: toneOf(status) }, words(status));
}

export function Took({ ms }: { readonly ms: number | null }): JSX.Element | null {
  return ms === null ? null : h("span", { class: "took", title: "How long it took" }, duration(ms));
}

/** The frame of an item: what it is, and what it says. */
export function Card(props: {
  readonly icon: IconName;
  readonly kind: string;
  readonly title: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { icon, kind, title, aside, children } = props;
  return h(
    "div",
    { class: `card ${kind}` },
    h(
      "div",
      { class: "card-head" },
      h(Icon, { name: icon }),
      h("div", { class: "card-title" }, title),
      h("div", { class: "aside" }, aside),
    ),
    children,
  );
}

/** A line across the timeline. */
export function Divider({
  icon,
  children,
}: {
  readonly icon: IconName;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return h("div", { class: "divider" }, h("span", null, h(Icon, { name: icon }), children));
}

export function ThreadLink({
  id,
  children,
}: {
  readonly id: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return h("a", { href: `/threads/${encodeURIComponent(id)}`, class: "thread-link" }, children ?? shortId(id));
}

/** The last characters tell ids of one time apart. */
export function shortId(id: string): string {
  return id.length > 12 ? `…${id.slice(-8)}` : id;
}
