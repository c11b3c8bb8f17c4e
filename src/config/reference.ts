import { shownValue } from "./masked.ts";
import { FILE_VARIABLE, SETTINGS, type Setting } from "./settings.ts";

const HEAD = `# Configuration

<!-- Written from src/config by \`npm exec vitest -- run --project unit src/config -u\`. Change the schema, not this file. -->

Every command takes its settings from, later ones winning: the defaults, a YAML file (\`--config FILE\`, or the variable \`${FILE_VARIABLE}\`),
the environment, and flags. The most used have flags of their own (\`--prefix\`, \`--kafka-brokers\`, …); \`--set NAME=VALUE\` sets any.

\`\`\`yaml
prefix: thread-history
kafka:
  brokers: [broker-1:9092, broker-2:9092]
worker:
  observers: [thread-item]
\`\`\`

\`thread-history config show\` prints every value and where it came from, secrets masked. All mistakes are told at once; an unknown key of the
file and an unknown variable that begins with \`THREAD_HISTORY_\` are mistakes. An empty variable, and a key without a value, count as absent.
Lists have commas between their elements where they are not YAML. Secrets are read from files: settings name the file, never the secret.
`;

/** The text of docs/configuration.md. */
export function configurationReference(): string {
  const sections = Map.groupBy(SETTINGS, ({ name }) =>
    name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "",
  );
  const tables = [...sections].map(([section, settings]) => tableOf(section, settings));
  return [HEAD, ...tables].join("\n");
}

function tableOf(section: string, settings: readonly Setting[]): string {
  const rows = settings.map(({ name, variable, preset, allowed, doc }) => {
    const cells = [`\`${name}\``, `\`${variable}\``, shownValue(preset), allowed, doc];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  const head = ["| setting | environment | default | allowed | what it is |", "| --- | --- | --- | --- | --- |"];
  return [`## ${section === "" ? "General" : `\`${section}\``}`, "", ...head, ...rows, ""].join("\n");
}
