export type Theme = "auto" | "light" | "dark";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

export function chosenTheme(): Theme {
  return THEMES.find((theme) => theme === localStorage.getItem("theme")) ?? "auto";
}

/** The next one: as the system says, light, dark. */
export function nextTheme(): Theme {
  const theme = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length] ?? "auto";
  localStorage.setItem("theme", theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  return theme;
}
