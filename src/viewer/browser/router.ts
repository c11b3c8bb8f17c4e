/** Where in the viewer one is, as its address says. */
export type Route =
  | { readonly page: "threads"; readonly query: URLSearchParams }
  | { readonly page: "thread"; readonly threadId: string; readonly turn: string | null; readonly item: string | null }
  | { readonly page: "operations" }
  | { readonly page: "nowhere" };

export function routeOf({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): Route {
  const [first = "", second = ""] = pathname.split("/").filter((part) => part !== "");
  if (first === "") return { page: "threads", query: new URLSearchParams(search) };
  if (first === "operations") return { page: "operations" };
  if (first !== "threads" || second === "") return { page: "nowhere" };
  const place = new URLSearchParams(hash.slice(1));
  return { page: "thread", threadId: decoded(second), turn: place.get("turn"), item: place.get("item") };
}

/** Address of a thread, or of a turn or an item in it. An item goes with its turn, by which it is found. */
export function threadHref(threadId: string, turn: string | null = null, item: string | null = null): string {
  const place = new URLSearchParams();
  if (turn !== null) place.set("turn", turn);
  if (item !== null) place.set("item", item);
  return `/threads/${encodeURIComponent(threadId)}${place.size === 0 ? "" : `#${place}`}`;
}

/** Goes to an address of the viewer without loading the page. */
export function go(href: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", href);
  else history.replaceState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Links of the viewer to itself do not load the page, unless another tab is asked for. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.origin !== location.origin) return;
  if (routeOf(link).page === "nowhere") return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // as it stands: such a thread is not found
  }
}
