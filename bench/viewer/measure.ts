import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { startApi } from "../../src/api/index.ts";
import { openSqliteReadModel } from "../../src/sqlite/index.ts";
import { createLog } from "../../src/telemetry/index.ts";
import { viewerFile } from "../../src/viewer/index.ts";
import { LIMITS } from "../../test/api/support/served.ts";
import { rowDatabase } from "../../test/read-model/support/seeded.ts";
import { chromiumPath } from "../../test/viewer/support/chromium-path.ts";
import { writeLongThread } from "./long-thread.ts";

const THREAD = "0197a000-0000-7000-8000-000000000001";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
/** Frames of scrolling, and pixels of each: faster than anyone reads. */
const FRAMES = 600;
const PIXELS = 900;

/** What one visit to the thread was like. Times in milliseconds from the click on its address. */
export interface Visit {
  readonly firstPaint: number;
  /** When the newest items could be read. */
  readonly itemsShown: number;
  /** Times for which the page did not answer while it was scrolled, of 50 ms and more. */
  readonly longTasks: readonly number[];
  readonly mostElements: number;
}

/** Visits a thread of so many items, each time in a browser that knows nothing of it. */
export async function measureViewer(items: number, rounds: number): Promise<Visit[]> {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-bench-"));
  const file = join(folder, "history.sqlite");
  {
    using database = rowDatabase(file);
    writeLongThread(database, THREAD, items);
  }
  const readModel = openSqliteReadModel(file);
  const api = await startApi({
    ...{ host: "127.0.0.1", port: 0, readModel, operations: null, viewer: viewerFile, readiness: () => null },
    ...{ tokens: [], corsOrigins: [], allowedHosts: [], limits: LIMITS, log: createLog("silent") },
  });
  const browser = await chromium.launch({ executablePath: chromiumPath() ?? "", args: FLAGS });
  try {
    const visits: Visit[] = [];
    for (let round = 0; round < rounds; round++) visits.push(await visit(browser, `${api.url}/threads/${THREAD}`));
    return visits;
  } finally {
    await browser.close();
    await api.close();
    await readModel.close();
    rmSync(folder, { recursive: true });
  }
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("article.item").first().waitFor();
  const itemsShown = await page.evaluate<number>("performance.now()");
  const firstPaint = await page.evaluate<number>(FIRST_PAINT);
  const scrolled = await scroll(page);
  await context.close();
  return { firstPaint, itemsShown, ...scrolled };
}

const FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime";

/** Upwards from the end, a step a frame. */
function scroll(page: Page): Promise<{ readonly longTasks: number[]; readonly mostElements: number }> {
  return page.evaluate(`new Promise((resolve) => {
    const longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
    const scroller = document.querySelector(".scroller");
    let mostElements = 0;
    let frames = 0;
    const step = () => {
      scroller.scrollTop -= ${PIXELS};
      mostElements = Math.max(mostElements, document.querySelectorAll("*").length);
      if (++frames < ${FRAMES}) requestAnimationFrame(step);
      else setTimeout(() => resolve({ longTasks, mostElements }), 100);
    };
    requestAnimationFrame(step);
  })`);
}
