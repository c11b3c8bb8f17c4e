import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { badRequests, type OddRequest } from "./support/bad-requests.ts";
import { corpusFiles } from "./support/corpus-files.ts";
import { ProtocolClient, type RpcRefusal } from "./support/protocol-client.ts";
import { BothServers } from "./support/sides.ts";

const files = corpusFiles()
  .filter(({ name }) => name === "commands-0.169.0" || name === "hello-0.137.0")
  .map(({ file }) => file);

let both: BothServers;

beforeAll(async () => {
  both = await BothServers.start(files);
});

afterAll(() => both.close());

/** What the real app-server says to a request, and what ours does. */
async function refusals({ method, params }: OddRequest): Promise<Record<"codex" | "ours", RpcRefusal | null>> {
  const [codex, ours] = await Promise.all([both.codex.ask(method, params), both.ours.ask(method, params)]);
  return { codex: "error" in codex ? codex.error : null, ours: "error" in ours ? ours.error : null };
}

describe("a request that something is wrong with", () => {
  const threadOf = (mode: string) => files.find((file) => file.mode === mode)?.threadId ?? "";

  it.each(badRequests(threadOf("paginated"), threadOf("legacy")))(
    "is refused in the words of the real app-server: $method $params",
    async (request) => {
      const { codex, ours } = await refusals(request);
      expect(ours).toEqual(codex);
      expect(codex).not.toBeNull();
    },
  );

  it("is refused with the same code for a method that is not served", async () => {
    const { codex, ours } = await refusals({ method: "thread/none", params: {} });
    expect(codex).toMatchObject({
      code: -32600,
      message: expect.stringMatching(/^Invalid request: unknown variant `thread\/none`, expected one of `initialize`/),
    });
    expect(ours).toEqual({
      code: -32600,
      message:
        "Invalid request: unknown variant `thread/none`, expected one of `initialize`, `thread/list`, `thread/read`, `thread/turns/list`, `thread/items/list`",
    });
  });
});

describe("a connection that was not initialized", () => {
  it.each(["codex", "ours"] as const)("hears so from %s, and is initialized once", async (side) => {
    const client = await ProtocolClient.connect(both.urls[side]);
    const refused = (text: string) => expect.objectContaining({ error: { code: -32600, message: text } });
    expect(await client.ask("thread/list", {})).toEqual(refused("Not initialized"));
    expect(await client.ask("thread/read", {})).toEqual(refused("Invalid request: missing field `threadId`"));
    expect(await client.ask("initialize", { clientInfo: { name: "a\nb", version: "0" } })).toEqual(
      refused("Invalid clientInfo.name: 'a\nb'. Must be a valid HTTP header value."),
    );
    expect(await client.ask("initialize", { clientInfo: { name: "a", version: "0" } })).toHaveProperty("result");
    expect(await client.ask("thread/list", {})).toHaveProperty("result");
    expect(await client.ask("initialize", { clientInfo: { name: "a", version: "0" } })).toEqual(
      refused("Already initialized"),
    );
    await client.close();
  });

  it.each(["codex", "ours"] as const)("without experimentalApi is kept from its members by %s", async (side) => {
    const [{ threadId = "" } = {}] = files;
    const client = await ProtocolClient.open(both.urls[side], {
      clientInfo: { name: "a", title: null, version: "0" },
      capabilities: null,
    });
    const messages: (string | null)[] = [];
    for (const [method, params] of [
      ["thread/list", { parentThreadId: threadId }],
      ["thread/list", { ancestorThreadId: threadId }],
      ["thread/list", { attachedToThreadId: threadId }],
      ["thread/list", { projectId: null }],
      ["thread/list", { includeAttachedThreads: true }],
      ["thread/list", { parentThreadId: null, sectionId: null }],
      ["thread/list", { includeAttachedThreads: true, projectId: "x", parentThreadId: "x" }],
      ["thread/items/list", { threadId, deferOutput: { commandExecution: true, mcpToolCall: true } }],
      ["thread/items/list", { threadId, deferOutput: { mcpToolCall: true } }],
    ] as const) {
      const answer = await client.ask(method, params);
      messages.push("error" in answer ? answer.error.message : null);
    }
    expect(messages).toEqual([
      "thread/list.parentThreadId requires experimentalApi capability",
      "thread/list.ancestorThreadId requires experimentalApi capability",
      "thread/list.attachedToThreadId requires experimentalApi capability",
      "thread/list.projectId requires experimentalApi capability",
      "thread/list.includeAttachedThreads requires experimentalApi capability",
      null,
      "thread/list.includeAttachedThreads requires experimentalApi capability",
      "thread/items/list.deferOutput.commandExecution requires experimentalApi capability",
      "thread/items/list.deferOutput.mcpToolCall requires experimentalApi capability",
    ]);
    await client.close();
  });
});

describe("a message that is no request", () => {
  it.each(["codex", "ours"] as const)("is taken in silence by %s", async (side) => {
    const client = await ProtocolClient.open(both.urls[side]);
    const messages = [
      "not json",
      "[]",
      "{}",
      "null",
      '{"id":1}',
      '{"method":"thread/list"}',
      '{"method":"no/such/notification","params":{}}',
      '{"id":null,"method":"thread/list","params":{}}',
      '{"id":1.5,"method":"thread/list","params":{}}',
      '{"id":true,"method":"thread/list","params":{}}',
      '{"id":7,"method":5}',
      '{"id":7,"result":{}}',
      '{"id":7,"error":{"code":1,"message":"x"}}',
      '[{"id":7,"method":"thread/list","params":{}}]',
      '{"id":7,"id":7,"method":"thread/list","params":{}}',
      '{"id":99999999999999999999,"method":"thread/list","params":{}}',
    ];
    for (const message of messages) client.send(message);
    expect(await client.ask("thread/list", {})).toHaveProperty("result");
    expect(client.unasked).toEqual([]);
    await client.close();
  });

  it.each(["codex", "ours"] as const)("but members that are not known do no harm to one, says %s", async (side) => {
    const client = await ProtocolClient.open(both.urls[side]);
    const message = '{"jsonrpc":"2.0","id":4000,"method":"thread/list","params":{"x":1},"more":1}';
    expect(await client.askWith(4000, message)).toHaveProperty("result");
    const big = '{"id":"9007199254740993","method":"thread/list","params":{"limit":-1}}';
    client.send(big.replaceAll('"9007199254740993"', "9007199254740993"));
    client.send(big);
    expect(await client.ask("thread/list", {})).toHaveProperty("result");
    expect(client.unasked.map((text) => text.replace(/.*"id":/, ""))).toEqual([
      "9007199254740993}",
      '"9007199254740993"}',
    ]);
    await client.close();
  });
});
