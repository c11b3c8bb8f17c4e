import { h, type JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["j", "k"], "next and previous turn, or thread"],
  [["n", "p"], "next and previous item"],
  [["o", "Enter"], "fold or unfold; in the list: open"],
  [["c"], "copy a link to what is chosen"],
  [["g", "G"], "to the beginning, to the end"],
  [["/"], "search"],
  [["u"], "back to the list"],
  [["t"], "light, dark, as the system"],
  [["?"], "this help"],
];

export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const rows = KEYS.map(([keys, what]) =>
    h(
      "div",
      { class: "key-row" },
      h(
        "dt",
        null,
        keys.map((key) => h("kbd", null, key)),
      ),
      h("dd", null, what),
    ),
  );
  const close = (event: MouseEvent) => event.target === event.currentTarget && dialog.current?.close();
  return h(
    "dialog",
    { ref: dialog, class: "help", "aria-labelledby": "help-title", onClose, onClick: close },
    h("h2", { id: "help-title" }, "Keys"),
    h("dl", null, rows),
    h("form", { method: "dialog" }, h("button", { class: "primary" }, "Close")),
  );
}
