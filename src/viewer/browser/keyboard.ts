import { useEffect } from "preact/hooks";

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Single keys, where nothing is being typed. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyped(event.target) && event.key !== "Escape") return;
      const action = keys[event.key];
      if (action === undefined) return;
      if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.closest("a, button, summary"))
        return;
      event.preventDefault();
      action(event);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
