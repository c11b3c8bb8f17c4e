import { type ComponentChildren, createContext, h, type JSX } from "preact";
import { useContext, useState } from "preact/hooks";

/** What is folded, kept while a row is out of the page. */
export type Folds = Map<string, boolean>;

export const FoldsContext = createContext<{ readonly folds: Folds; readonly row: string }>({
  folds: new Map(),
  row: "",
});

/** Whether a part of a row is open, and how to change that. */
export function useFold(name: string, isOpenAtFirst: boolean): readonly [isOpen: boolean, toggle: () => void] {
  const { folds, row } = useContext(FoldsContext);
  const key = `${row} ${name}`;
  const [, update] = useState(0);
  const isOpen = folds.get(key) ?? isOpenAtFirst;
  const toggle = () => {
    folds.set(key, !isOpen);
    update((n) => n + 1);
  };
  return [isOpen, toggle];
}

export interface FoldProps {
  readonly name: string;
  readonly summary: ComponentChildren;
  readonly isOpenAtFirst?: boolean;
  /** Made only when it is open. */
  readonly children: () => ComponentChildren;
  readonly class?: string;
}

/** A part with a heading that opens it. */
export function Fold({
  name,
  summary,
  isOpenAtFirst = false,
  children,
  class: className = "",
}: FoldProps): JSX.Element {
  const [isOpen, toggle] = useFold(name, isOpenAtFirst);
  const button = { type: "button", class: "fold-button", "data-fold": "", onClick: toggle } as const;
  return h(
    "div",
    { class: `fold ${className} ${isOpen ? "open" : ""}` },
    h("button", { ...button, "aria-expanded": isOpen }, summary),
    isOpen && h("div", { class: "fold-body" }, children()),
  );
}
