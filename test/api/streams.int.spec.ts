import { once } from "node:events";
import { connect } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import { RowBatch } from "../../src/read-model/index.ts";
import { agentMessage, itemUpsert } from "../../src/testing/index.ts";
import { writeRows } from "../read-model/support/seeded.ts";
import { LIMITS, type Served, served } from "./support/served.ts";

const HELLO = ["hello-0.169.0"];
const THREAD = "t-1";

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly item?: { readonly itemKey: string } };
}

/** Writes one item more. */
function write(file: string, n: number, text = `message ${n}`, threadId = THREAD): void {
  using database = new DatabaseSync(file);
  const batch = new RowBatch();
  const itemKey = `item-${n}`;
  const item = agentMessage(itemKey, text);
  batch.add(itemUpsert({ threadId, sourcePosition: n, itemKey, itemOrdinal: n, item }), 1_000 + n);
  writeRows(database, batch);
}

/** The events of a stream, up to the one that `isLast`; then the reader goes. */
async function eventsUntil(
  of: Served,
  path: string,
  isLast: (event: Event) => boolean,
  init: RequestInit = {},
  onOpen: () => void = () => undefined,
): Promise<Event[]> {
  const response = await of.get(path, init);
  if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events: Event[] = [];
  for (let text = ""; !events.some(isLast); ) {
    const { value = "", done } = await reader.read();
    if (done) throw new Error("the stream ended");
    const blocks = (text + value).split("\n\n");
    text = blocks.pop() ?? "";
    events.push(...blocks.flatMap(eventIn));
  }
  await reader.cancel();
  return events;
}

function eventIn(block: string): Event[] {
  const fields = Object.fromEntries(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  return fields.data === undefined
    ? []
    : [{ id: fields.id ?? "", event: fields.event ?? "", data: JSON.parse(fields.data) }];
}

const keyOf = ({ data }: Event): string | undefined => data.item?.itemKey;

describe("an answer", () => {
  it("that nobody takes is cut off", async () => {
    const of = await served({ limits: { ...LIMITS, requestMs: 300, connections: 1 } }, HELLO);
    for (let n = 1; n <= 40; n++) write(of.file, n, "x".repeat(1_000_000));
    const socket = connect(Number(new URL(of.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`GET /v1/threads/${THREAD}/items?limit=500 HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await once(socket, "readable"); // it has begun, and nothing is taken

    // The one connection that is allowed is free again.
    const isFree = () =>
      of.get("/healthz").then(
        () => true,
        () => false,
      );
    await vi.waitUntil(isFree, { timeout: 10_000 });
    socket.destroy();
  });
});

describe("an event stream", () => {
  it("tells what comes from now on, and goes on after a break by the last id, without loss", async () => {
    const of = await served({}, HELLO);
    const seen = await eventsUntil(
      of,
      "/v1/events",
      (event) => keyOf(event) === "item-1",
      {},
      () => write(of.file, 1),
    );
    write(of.file, 2);
    write(of.file, 3);
    const again = await eventsUntil(of, "/v1/events", (event) => keyOf(event) === "item-3", {
      headers: { "last-event-id": seen.findLast((event) => keyOf(event) === "item-1")?.id ?? "" },
    });
    expect(again.flatMap((event) => keyOf(event) ?? [])).toEqual(["item-2", "item-3"]);
  });

  it("of a thread tells of that thread only", async () => {
    const of = await served({}, HELLO);
    write(of.file, 1);
    const from = (await of.json(`/v1/threads/${THREAD}/changes?limit=500`)).body as { next: string };
    write(of.file, 1, "of another", "t-2");
    write(of.file, 2);
    const isLast = (event: Event) => keyOf(event) === "item-2";
    const found = await eventsUntil(of, `/v1/threads/${THREAD}/events?after=${from.next}`, isLast);
    expect(found.flatMap((event) => keyOf(event) ?? [])).toEqual(["item-2"]);
  });

  it("cuts off a reader that takes nothing, and holds no more for it than what the sockets hold", async () => {
    const of = await served({ limits: { ...LIMITS, requestMs: 300, streams: 1 } }, HELLO);
    const place = (await of.json(`/v1/threads?limit=1`)).body as { data: { threadId: string }[] };
    expect(place.data).toHaveLength(1);
    const { next } = (await of.json(`/v1/threads/${place.data[0]?.threadId}/changes?limit=500`)).body as {
      next: string;
    };
    for (let n = 1; n <= 40; n++) write(of.file, n, "x".repeat(1_000_000));
    const socket = connect(Number(new URL(of.url).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.write(`GET /v1/events?after=${next} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await once(socket, "readable"); // it has begun, and nothing is taken
    // The one stream that is allowed is free again once the reader was cut off.
    for (let status = 503; status === 503; ) {
      const gone = new AbortController();
      status = (await of.get("/v1/events", { signal: gone.signal })).status;
      gone.abort();
    }
    socket.resume();
    await closed;
  });

  it("is cut off when the history cannot be read, and its reader goes on once it can", async () => {
    const of = await served({ limits: { ...LIMITS, heartbeatMs: 100 } }, HELLO);
    const response = await of.get("/v1/events");
    const rename = (from: string, to: string) => {
      using database = new DatabaseSync(of.file);
      database.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
    };

    rename("items", "gone");
    await expect(response.text()).rejects.toThrow("terminated");

    rename("gone", "items");
    const isLast = (event: Event) => keyOf(event) === "item-1";
    await eventsUntil(of, "/v1/events", isLast, {}, () => write(of.file, 1));
  });

  it("has no head: it would never end", async () => {
    const of = await served({}, HELLO);
    for (const path of ["/v1/events", `/v1/threads/${THREAD}/events`]) {
      const { status, headers } = await of.get(path, { method: "HEAD" });
      expect([status, headers.get("allow")]).toEqual([405, "GET"]);
    }
  });

  it("ends when the server ends", async () => {
    const of = await served({}, HELLO);
    const response = await of.get("/v1/events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    void response.body?.cancel();
  });
});
