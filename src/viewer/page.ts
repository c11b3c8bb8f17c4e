/** What comes later goes before. */
const STYLES = [
  "base",
  "frame",
  "pieces",
  "threads",
  "thread",
  "items",
  "markdown",
  "overlays",
  "operations",
  "narrow",
  "still",
];

/** The one page: all of it is made by its modules, which are named here so that they are fetched at once. */
export function page(version: string, names: readonly string[]): string {
  const folder = `/viewer/${version}`;
  const modules = names.filter((name) => /\.[jt]s$/.test(name) && name !== "theme-first.ts");
  const styles = STYLES.map((name) => `<link rel="stylesheet" href="${folder}/styles/${name}.css">`);
  const preloads = modules.map((name) => `<link rel="modulepreload" href="${folder}/${name}">`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Threads</title>
<link rel="icon" href="${folder}/icon.svg" type="image/svg+xml">
${styles.join("\n")}
<script src="${folder}/theme-first.ts"></script>
${preloads.join("\n")}
<script type="module" src="${folder}/main.ts"></script>
</head>
<body><div id="app"></div><noscript>The viewer is a program of scripts: allow them.</noscript></body>
</html>
`;
}
