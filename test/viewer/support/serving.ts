import { viewerFile } from "../../../src/viewer/index.ts";
import { type Served, served } from "../../api/support/served.ts";

type Options = Parameters<typeof served>[0];

/** API and viewer over some rollouts of the corpus (by default none), until the test has ended. */
export function serving(names: readonly string[] = [], options: Options = {}): Promise<Served> {
  return served({ viewer: viewerFile, ...options }, names);
}
