import { h, render } from "preact";
import { App } from "./app.ts";
import { followLinks } from "./router.ts";

const root = document.getElementById("app");
if (root !== null) {
  document.addEventListener("click", followLinks);
  render(h(App, null), root);
}
