/** Loaded before a worker (`node --import`): makes it a version that stores states in another format. */
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TARGET = pathToFileURL(join(import.meta.dirname, "../../../src/redis/head.ts")).href;
const FORMAT = 'export const FORMAT = "1";';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== TARGET) return loaded;
    const source = String(loaded.source);
    if (!source.includes(FORMAT)) throw new Error(`${TARGET} does not hold: ${FORMAT}`);
    return { ...loaded, source: source.replace(FORMAT, 'export const FORMAT = "other";') };
  },
});
