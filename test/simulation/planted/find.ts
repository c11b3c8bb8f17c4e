/** Runs one seed after another until one fails; prints how many it took, or 0. */
import { SHORT, simulate } from "../run.ts";

const most = Number(process.argv[2]);
let needed = 0;
for (let seed = 1; seed <= most && needed === 0; seed++) {
  const { failure } = await simulate(seed, SHORT);
  if (failure !== null) needed = seed;
}
process.stdout.write(`${needed}\n`);
