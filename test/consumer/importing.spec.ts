import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** The packages that a program loads. */
async function packagesOf(program: string): Promise<string[]> {
  const script = `
    import { registerHooks } from "node:module";
    const packages = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        const [, name] = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(resolved.url) ?? [];
        if (name !== undefined) packages.add(name);
        return resolved;
      },
    });
    ${program}
    console.log(JSON.stringify([...packages].sort()));`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return JSON.parse(stdout) as string[];
}

const OPTIONS = `{ brokers: ["127.0.0.1:1"], schemaRegistryUrl: "http://127.0.0.1:1" }`;

describe("importing the package", () => {
  it.each(["thread-history", "thread-history/testing"])(
    "%s loads no client of Kafka or of the registry",
    async (name) => {
      const packages = await packagesOf(`await import("${name}");`);
      expect(packages).not.toContain("kafkajs");
      expect(packages).not.toContain("avsc");
      expect(packages.filter((other) => other !== "zod")).toEqual([]);
    },
  );

  it("a producer, a reader and a decoder load them when they are used", async () => {
    const made = `const library = await import("thread-history");
      const producer = library.createRolloutProducer(${OPTIONS});
      const reader = library.createMutationReader(${OPTIONS});
      const decoder = library.createMutationDecoder({ schemaRegistryUrl: "http://127.0.0.1:1" });`;
    expect(await packagesOf(made)).toEqual(["zod"]);
    expect(await packagesOf(`${made} await decoder.decode(Buffer.alloc(0));`)).toContain("avsc");
    expect(await packagesOf(`${made} await producer.close();`)).toContain("kafkajs");
  });
});
