import { describe, expect, it } from "vitest";
import { agentMessage } from "../../src/testing/index.ts";
import { viewed } from "./support/browser.ts";
import { serving } from "./support/serving.ts";
import { WrittenThread } from "./support/thread.ts";

const THREAD = "t-long";
const TURNS = 200;
const ITEMS_OF_A_TURN = 100;
/** Far fewer than there are rows: what a screen holds, and some on either side. */
const MOST_ROWS = 60;

describe("a thread of 20,000 items", () => {
  it("has only what is seen in the page, wherever one is", async () => {
    const { url, file } = await serving();
    const thread = new WrittenThread(file, THREAD);
    for (let turn = 1; turn <= TURNS; turn++) {
      thread.turn(`turn-${turn}`, turn);
      const ids = Array.from({ length: ITEMS_OF_A_TURN }, (_, n) => `m-${turn}-${n}`);
      thread.items(
        `turn-${turn}`,
        ids.map((id) => agentMessage(id, `message ${id}`) as { id: string }),
      );
    }

    const { page } = await viewed(`${url}/threads/${THREAD}`);
    const rows = () => page.locator("article.entry").count();
    await page.getByText("message m-200-99", { exact: true }).waitFor();
    expect(await rows()).toBeLessThan(MOST_ROWS);
    await page.keyboard.press("g");
    await page.getByText("message m-1-0", { exact: true }).waitFor();
    expect(await rows()).toBeLessThan(MOST_ROWS);
    await page.goto(`${url}/threads/${THREAD}#turn=turn-100&item=m-100-50`);
    await page.locator(".chosen").getByText("message m-100-50", { exact: true }).waitFor();
    await page.mouse.move(600, 400);
    for (let n = 0; n < 40; n++) await page.mouse.wheel(0, 700);
    // How far that goes depends on how soon the turns on the way are there: until then each is a row.
    await page
      .getByText(/^message m-[12]\d\d-\d+$/)
      .first()
      .waitFor();
    expect(await rows()).toBeLessThan(MOST_ROWS);
  });
});
