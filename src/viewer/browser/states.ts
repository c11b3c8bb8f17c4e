import { type ComponentChildren, h, type JSX } from "preact";
import { ApiError } from "./api.ts";
import { Icon, type IconName } from "./parts.ts";
import { SignIn } from "./sign-in.ts";

/** What is shown where there is nothing to show. */
export function Notice(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly role?: "alert" | "status";
}): JSX.Element {
  const { icon, title, children, role = "status" } = props;
  return h("div", { class: "notice", role }, h(Icon, { name: icon }), h("h2", null, title), h("div", null, children));
}

export function Loading({ label }: { readonly label: string }): JSX.Element {
  const bars = [72, 90, 54, 80, 64].map((width) => h("div", { class: "bone", style: { width: `${width}%` } }));
  return h("div", { class: "loading", role: "status", "aria-label": label }, bars);
}

/** Why something could not be had, and what one can do. */
export function Failure({
  error,
  what,
  onRetry,
}: {
  readonly error: unknown;
  readonly what: string;
  readonly onRetry: () => void;
}): JSX.Element {
  const status = error instanceof ApiError ? error.status : null;
  const message = error instanceof Error ? error.message : String(error);
  const retry = h("button", { type: "button", class: "primary", onClick: onRetry }, "Try again");
  if (status === 401) return h(SignIn, { onSignedIn: onRetry });
  if (status === 404)
    return h(
      Notice,
      { icon: "unknown", title: `There is no such ${what}` },
      h("p", null, "It may have been removed, or your sign-in does not show it."),
      h("p", null, h("a", { href: "/" }, "All threads")),
    );
  if (status === 0)
    return h(
      Notice,
      { icon: "error", title: "The server cannot be reached", role: "alert" },
      h("p", null, "Is it still running?"),
      retry,
    );
  return h(
    Notice,
    { icon: "error", title: `The ${what} cannot be shown`, role: "alert" },
    h("p", null, message),
    retry,
  );
}
