import { shownSettings, shownValue } from "../../config/index.ts";
import { ExitCode } from "../exit-code.ts";
import { LineOutput, standardOutput } from "../output.ts";
import type { Settings } from "../settings.ts";
import { tableLines } from "../table.ts";

/** Prints every setting. */
export async function showConfig({ config, origins }: Settings, isJson: boolean): Promise<number> {
  const shown = shownSettings(config, origins);
  const lines = isJson
    ? shown.map((setting) => JSON.stringify(setting))
    : tableLines([
        ["SETTING", "VALUE", "FROM"],
        ...shown.map(({ name, value, origin }) => [name, shownValue(value), origin]),
      ]);
  const output = new LineOutput(standardOutput(() => undefined));
  for (const line of lines) output.line(line);
  await output.end();
  return ExitCode.done;
}
