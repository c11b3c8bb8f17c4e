import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Usage } from "../processes.ts";
import { benchRollout, ROLLOUT_NAME } from "../rollouts.ts";
import { Installation } from "../worker/installation.ts";
import { shipping } from "./shipping.ts";

const IMAGE_BYTES = 43_000_000;

export interface ShipMemory {
  readonly gigabytes: number;
  readonly large: Usage;
  /** Of a file that holds a line of 43 MB. */
  readonly longLine: Usage;
}

/** The most memory that shipping takes, for a long file and for a long line. */
export async function measureMemory(gigabytes: number): Promise<ShipMemory> {
  await using installation = await Installation.open("ship");
  const { path } = benchRollout("paginated", gigabytes * 1_000);
  const large = await run(shipping(installation, ["--once", path]).command);
  console.error(`${gigabytes} GB: ${(large.peakBytes / 1e6).toFixed(0)} MB in ${large.wallSeconds.toFixed(0)} s`);
  const folder = mkdtempSync(join(tmpdir(), "thread-history-ship-"));
  try {
    const file = join(folder, ROLLOUT_NAME);
    writeFileSync(
      file,
      '{"timestamp":"2026-06-05T10:00:00.000Z","type":"compacted","payload":{"message":"","replacement_history":[',
    );
    appendFileSync(
      file,
      `{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,`,
    );
    appendFileSync(file, Buffer.alloc(IMAGE_BYTES, "iVBORw0KGgo"));
    appendFileSync(file, '"}]}]}}\n');
    const longLine = await run(shipping(installation, ["--once", folder]).command);
    console.error(`a line of 43 MB: ${(longLine.peakBytes / 1e6).toFixed(0)} MB`);
    return { gigabytes, large, longLine };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
