import { describe, expect, it } from "vitest";
import { routesOf } from "../../src/api/routes.ts";
import type { ReadModel } from "../../src/read-model/index.ts";
import { LIMITS, type PageBody, type Served, served } from "./support/served.ts";

/** hello-0.169.0: one turn, a question and its answer. */
const HELLO = ["hello-0.169.0"];

async function page(of: Served, path: string): Promise<PageBody> {
  const { status, body } = await of.json(path);
  expect(status).toBe(200);
  return body as PageBody;
}

async function allPages(of: Served, path: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (let cursor = ""; ; ) {
    const { data, nextCursor } = await page(of, path + cursor);
    found.push(...data);
    if (nextCursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

describe("threads", () => {
  it("are listed newest first, and filtered", async () => {
    const of = await served();
    const { data } = await page(of, "/v1/threads?limit=500");
    expect(data.map(({ updatedAtMs }) => updatedAtMs)).toEqual(
      data.map(({ updatedAtMs }) => Number(updatedAtMs)).toSorted((a, b) => b - a),
    );
    const exec = await page(of, "/v1/threads?limit=500&sourceKind=exec");
    expect(exec.data.length).toBeGreaterThan(0);
    expect(exec.data.length).toBe(data.filter(({ sourceKind }) => sourceKind === "exec").length);
    expect((await page(of, "/v1/threads?cwd=/nowhere")).data).toEqual([]);
  });

  it("are paged through, whatever the size of a page", async () => {
    const of = await served();
    const ids = (await allPages(of, "/v1/threads?limit=500")).map(({ threadId }) => threadId);
    expect(ids).toHaveLength(new Set(ids).size);
    for (const limit of [1, 7]) {
      const again = await allPages(of, `/v1/threads?limit=${limit}`);
      expect(again.map(({ threadId }) => threadId)).toEqual(ids);
    }
  });

  it("tell what the first line of their rollout told", async () => {
    const of = await served({}, HELLO);
    const { data } = await page(of, "/v1/threads");
    expect(data).toEqual([
      expect.objectContaining({ status: "completed", historyMode: "paginated", cwd: "/home/user/project" }),
    ]);
    const [thread] = data;
    expect((await of.json(`/v1/threads/${thread?.threadId}`)).body).toEqual(thread);
  });
});

describe("the turns and items of a thread", () => {
  it("are paged in both directions; the backwards cursor includes the first entry", async () => {
    const of = await served({}, ["many-turns-0.137.0"]);
    const [thread] = (await page(of, "/v1/threads")).data;
    const path = `/v1/threads/${thread?.threadId}/turns?itemsView=notLoaded`;
    const ids = (await allPages(of, `${path}&limit=500`)).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(2);
    expect((await allPages(of, `${path}&limit=1&direction=descending`)).map(({ id }) => id)).toEqual(ids.toReversed());
    const { data, backwardsCursor } = await page(of, `${path}&limit=2`);
    const back = await page(of, `${path}&limit=5&direction=descending&cursor=${backwardsCursor}`);
    expect(back.data.map(({ id }) => id)).toEqual([data[0]?.id]);
  });

  it("come with no items, with a summary, or with all", async () => {
    const of = await served({}, HELLO);
    const [thread] = (await page(of, "/v1/threads")).data;
    const typesIn = async (view: string) => {
      const { data } = await page(of, `/v1/threads/${thread?.threadId}/turns?itemsView=${view}`);
      return data.flatMap(({ items }) => (items as { readonly type: string }[]).map(({ type }) => type));
    };
    expect(await typesIn("notLoaded")).toEqual([]);
    expect(await typesIn("summary")).toEqual(["userMessage", "agentMessage"]);
    const items = await allPages(of, `/v1/threads/${thread?.threadId}/items?limit=1`);
    expect(await typesIn("full")).toEqual(items.map(({ item }) => (item as { readonly type: string }).type));
  });

  it("are of a turn where one is named", async () => {
    const of = await served({}, ["many-turns-0.137.0"]);
    const [thread] = (await page(of, "/v1/threads")).data;
    const path = `/v1/threads/${thread?.threadId}`;
    const [, second] = (await page(of, `${path}/turns?itemsView=full`)).data;
    const items = await page(of, `${path}/items?turnId=${second?.id}`);
    expect(items.data.map(({ item }) => item)).toEqual(second?.items);
    expect((await of.json(`${path}/turns/${second?.id}`)).body).toEqual(second);
  });

  it("are caught up with by the order of their changes", async () => {
    const of = await served({}, HELLO);
    const [thread] = (await page(of, "/v1/threads")).data;
    const path = `/v1/threads/${thread?.threadId}/changes`;
    const all = (await of.json(`${path}?limit=500`)).body as { data: { position: string }[]; next: string };
    const first = (await of.json(`${path}?limit=1`)).body as typeof all;
    const rest = (await of.json(`${path}?limit=500&after=${first.next}`)).body as typeof all;
    expect([...first.data, ...rest.data]).toEqual(all.data);
    expect((await of.json(`${path}?after=${all.next}`)).body).toEqual({ data: [], next: all.next });
  });
});

describe("search", () => {
  it("finds messages that hold all the words, with their threads", async () => {
    const of = await served({}, HELLO);
    const { body } = await of.json("/v1/search?q=hello");
    expect((body as PageBody).data.length).toBeGreaterThan(0);
    expect((await of.json("/v1/search?q=hello%20xyzzy")).body).toEqual({ data: [] });
  });
});

describe("the OpenAPI document", () => {
  it("has every route, and answers are as it says", async () => {
    const of = await served();
    const { body } = await of.json("/v1/openapi.json");
    const { paths, openapi } = body as { openapi: string; paths: Record<string, unknown> };
    const routes = routesOf({} as ReadModel, null, LIMITS);
    const templates = routes.map(({ path }) => path.replaceAll(/:(\w+)/g, "{$1}"));
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths).toSorted()).toEqual(
      [...templates, "/v1/events", "/v1/threads/{threadId}/events"].toSorted(),
    );
    const [thread] = (await page(of, "/v1/threads?limit=1")).data;
    const threadId = String(thread?.threadId);
    const [turn] = (await page(of, `/v1/threads/${threadId}/turns`)).data;
    for (const { path, answer } of routes) {
      const url = path.replace(":threadId", threadId).replace(":turnId", String(turn?.id));
      const { status, body: found } = await of.json(path === "/v1/search" ? `${url}?q=hello` : url);
      if (status === 200) expect([path, answer.safeParse(found).error]).toEqual([path, undefined]);
      else expect([path, status]).toEqual([expect.stringContaining("/v1/operations/"), 404]);
    }
  });

  it("refers to components that it has", async () => {
    const of = await served({}, HELLO);
    const { body } = await of.json("/v1/openapi.json");
    const { components } = body as { components: { schemas: Record<string, unknown> } };
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, id]) => id,
    );
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((id) => components.schemas[id ?? ""] === undefined)).toEqual([]);
  });
});
