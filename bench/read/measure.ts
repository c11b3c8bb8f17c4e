import { postgresDialect, sqliteDialect } from "../../src/read-model-sql/index.ts";
import { type BigStore, bigStore } from "../../test/read-model/support/big.ts";
import { STORES, type StoreName } from "../../test/read-model/support/stores.ts";
import { KINDS, type Kind } from "./requests.ts";

export interface Measured {
  readonly kind: Kind;
  readonly ms: readonly number[];
}

export interface MeasuredStore {
  readonly name: StoreName;
  readonly kinds: readonly Measured[];
}

const DIALECTS = { sqlite: sqliteDialect, postgres: postgresDialect };

/** Of the first requests, in which connections are made and pages come from the disk. */
const WARM_UP = 20;

/** How long each of so many requests takes, one after the other. */
export async function measure(name: StoreName, size: BigStore, requests: number): Promise<MeasuredStore> {
  const store = await STORES[name]();
  try {
    await store.execute(bigStore(DIALECTS[name], size));
    await store.analyze();
    const kinds: Measured[] = [];
    for (const kind of KINDS) {
      const ms: number[] = [];
      for (let n = 0; n < requests + WARM_UP; n += 1) {
        const start = performance.now();
        await kind.ask(store.model, n);
        if (n >= WARM_UP) ms.push(performance.now() - start);
      }
      kinds.push({ kind, ms });
    }
    return { name, kinds };
  } finally {
    await store.drop();
  }
}
