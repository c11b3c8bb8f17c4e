import { type ComponentChild, h, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { signOut } from "./api.ts";
import { Help } from "./help.ts";
import { useKeys } from "./keyboard.ts";
import { OperationsPage } from "./operations-page.ts";
import { Icon } from "./parts.ts";
import { go, type Route, routeOf } from "./router.ts";
import { Notice } from "./states.ts";
import { chosenTheme, nextTheme, type Theme } from "./theme.ts";
import { ThreadPage } from "./thread-page.ts";
import { ThreadsPage } from "./threads-page.ts";

export function App(): JSX.Element {
  const [route, setRoute] = useState<Route>(() => routeOf(location));
  const [isHelp, setHelp] = useState(false);
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  useEffect(() => {
    const moved = () => setRoute(routeOf(location));
    addEventListener("popstate", moved);
    addEventListener("hashchange", moved);
    return () => {
      removeEventListener("popstate", moved);
      removeEventListener("hashchange", moved);
    };
  }, []);
  const turnTheme = () => setTheme(nextTheme());
  useKeys({ "?": () => setHelp(true), t: turnTheme, ...(route.page === "operations" && { u: () => go("/") }) });
  return h(
    "div",
    { class: "app" },
    h(TopBar, { route, theme, onTheme: turnTheme, onHelp: () => setHelp(true) }),
    pageOf(route),
    isHelp && h(Help, { onClose: () => setHelp(false) }),
  );
}

function pageOf(route: Route): ComponentChild {
  switch (route.page) {
    case "threads":
      return h(ThreadsPage, { query: route.query });
    case "thread":
      return h(ThreadPage, { key: route.threadId, ...route });
    case "operations":
      return h(OperationsPage, null);
    case "nowhere":
      return h(
        "main",
        null,
        h(Notice, { icon: "unknown", title: "There is nothing here" }, h("a", { href: "/" }, "All threads")),
      );
  }
}

const THEMES = {
  auto: { icon: "auto", label: "Colours as the system has them" },
  light: { icon: "sun", label: "Light colours" },
  dark: { icon: "moon", label: "Dark colours" },
} as const;

function TopBar(props: {
  readonly route: Route;
  readonly theme: Theme;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
}): JSX.Element {
  const { route, theme, onTheme, onHelp } = props;
  const current = (page: Route["page"]) => (route.page === page ? "page" : undefined);
  const { icon, label } = THEMES[theme];
  const leave = () => void signOut().finally(() => location.assign("/"));
  return h(
    "header",
    { class: "top-bar" },
    h(
      "nav",
      { "aria-label": "Main" },
      h("a", { href: "/", class: "brand", "aria-current": current("threads") }, "Threads"),
      h("a", { href: "/operations", "aria-current": current("operations") }, "Operations"),
    ),
    h(
      "div",
      { class: "tools" },
      h(
        "button",
        { type: "button", class: "icon-button", onClick: onTheme, "aria-label": `${label}: change`, title: label },
        h(Icon, { name: icon }),
      ),
      h(
        "button",
        { type: "button", class: "icon-button", onClick: onHelp, "aria-label": "Keys", title: "Keys (?)" },
        "?",
      ),
      h(
        "button",
        { type: "button", class: "icon-button", onClick: leave, "aria-label": "Sign out", title: "Sign out" },
        h(Icon, { name: "back" }),
      ),
    ),
  );
}
