import { installPublishedCodex } from "../../../scripts/published-codex.ts";

/** Before the suite, so that none of it is ever left out. */
export function setup(): void {
  installPublishedCodex();
}
