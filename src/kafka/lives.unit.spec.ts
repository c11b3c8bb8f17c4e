import { expect, it } from "vitest";
import { Lives } from "./lives.ts";

/** Lives that tell when they begin and end, and end when they are told to. */
function told() {
  const lives = new Lives();
  const log: string[] = [];
  const begin = (name: string) => {
    const end = Promise.withResolvers<void>();
    lives.begin(0, async () => {
      log.push(`${name} begins`);
      await end.promise;
      log.push(`${name} ends`);
    });
    return end.resolve;
  };
  return { lives, log, begin };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

it("begins a life at once, and the next one of the partition when it has ended", async () => {
  const { log, begin } = told();
  const endFirst = begin("first");
  await soon();
  begin("second");
  await soon();
  expect(log).toEqual(["first begins"]);

  endFirst();
  await soon();
  expect(log).toEqual(["first begins", "first ends", "second begins"]);
});

it("never begins a life that was drained while it waited", async () => {
  const { log, begin } = told();
  const endFirst = begin("first");
  await soon();
  begin("second");
  begin("third");
  endFirst();
  await soon();

  expect(log).toEqual(["first begins", "first ends", "third begins"]);
});

it("drains all lives, and tells which have not ended in time", async () => {
  const { lives, begin } = told();
  const end = begin("slow");
  lives.begin(1, (drain) => new Promise((resolve) => drain.addEventListener("abort", () => resolve())));
  await soon();

  expect(await lives.drain(0)).toContain(0);
  end();
  expect(await lives.drain(60_000)).toEqual([]);
  expect(lives.partitions).toEqual([]);
});
