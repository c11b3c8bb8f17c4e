// Runs before anything is painted, so that a chosen theme does not blink. No module: those run later.
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
