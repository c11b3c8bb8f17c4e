import { type ComponentChild, h, type JSX, type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { shortPath, words } from "./format.ts";
import { LIMITS } from "./limits.ts";
import { Icon } from "./parts.ts";
import type { Filters } from "./thread-filters.ts";
import type { Thread } from "./types.ts";

interface Props {
  readonly filters: Filters;
  /** Their folders and sources are those that can be chosen. */
  readonly threads: readonly Thread[];
  readonly onFilter: (filters: Filters) => void;
  readonly search: RefObject<HTMLInputElement | null>;
}

const STATUSES = ["inProgress", "completed", "interrupted", "failed"];
const DAYS: readonly (readonly [days: number, label: string])[] = [
  [0, "any time"],
  [1, "last day"],
  [7, "last week"],
  [30, "last month"],
];

export function FilterBar({ filters, threads, onFilter, search }: Props): JSX.Element {
  const seen = useRef({ cwds: new Set<string>(), sources: new Set<string>() });
  for (const { cwd, sourceKind } of threads) {
    if (cwd !== null && cwd !== "") seen.current.cwds.add(cwd);
    if (sourceKind !== null) seen.current.sources.add(sourceKind);
  }
  const change = (part: Partial<Filters>) => onFilter({ ...filters, ...part });
  const cwds = withChosen(seen.current.cwds, filters.cwd);
  const sources = withChosen(seen.current.sources, filters.sourceKind);
  return h(
    "div",
    { class: "filter-bar", role: "search" },
    h(SearchBox, { value: filters.words, onSearch: (text) => change({ words: text }), search }),
    h(
      "div",
      { class: "filters" },
      choice(
        "Folder",
        filters.cwd,
        [["", "all folders"], ...cwds.map((cwd) => [cwd, shortPath(cwd)] as const)],
        (cwd) => change({ cwd }),
      ),
      choice(
        "Status",
        filters.status,
        [["", "any status"], ...STATUSES.map((status) => [status, words(status)] as const)],
        (status) => change({ status }),
      ),
      choice(
        "Source",
        filters.sourceKind,
        [["", "all sources"], ...sources.map((kind) => [kind, words(kind)] as const)],
        (sourceKind) => change({ sourceKind }),
      ),
      choice(
        "Time",
        String(filters.days),
        DAYS.map(([days, label]) => [String(days), label] as const),
        (days) => change({ days: Number(days) }),
      ),
    ),
  );
}

function withChosen(seen: ReadonlySet<string>, chosen: string): string[] {
  return [...new Set([...seen, ...(chosen === "" ? [] : [chosen])])].sort();
}

function choice(
  label: string,
  value: string,
  options: readonly (readonly [value: string, label: string])[],
  onChoice: (value: string) => void,
): ComponentChild {
  const onChange = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }) => onChoice(currentTarget.value);
  const isSet = value !== "" && value !== "0";
  return h(
    "select",
    { "aria-label": label, value, onChange, class: isSet ? "set" : "" },
    options.map(([one, shown]) => h("option", { value: one, selected: one === value, key: one }, shown)),
  );
}

function SearchBox({
  value,
  onSearch,
  search,
}: {
  readonly value: string;
  readonly onSearch: (text: string) => void;
  readonly search: RefObject<HTMLInputElement | null>;
}): JSX.Element {
  const [typed, setTyped] = useState(value);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => latest.current(typed), LIMITS.typedMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return h(
    "label",
    { class: "search-box" },
    h(Icon, { name: "search" }),
    h("span", { class: "sr" }, "Search in messages"),
    h("input", {
      ...{
        type: "search",
        placeholder: "Search in messages",
        value: typed,
        ref: search,
        maxLength: 500,
        spellcheck: false,
      },
      ...{
        onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => setTyped(currentTarget.value),
      },
    }),
    h("kbd", { "aria-hidden": "true" }, "/"),
  );
}
