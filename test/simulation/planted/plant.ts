/** Loaded before everything else (`node --import`): puts the defect named by the environment into the source as it is read. */
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DEFECTS } from "./defects.ts";

const name = process.env.PLANTED_DEFECT;
const defect = DEFECTS.find((one) => one.name === name);
if (defect === undefined) throw new Error(`PLANTED_DEFECT names no defect: ${name}`);
const { file, text, instead } = defect;
const target = pathToFileURL(join(import.meta.dirname, "../../../src", file)).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    const source = String(loaded.source);
    if (source.split(text).length !== 2) throw new Error(`${file} does not hold the text of "${name}" once`);
    return { ...loaded, source: source.replace(text, () => instead) };
  },
});
