import { beforeAll, describe, expect, it } from "vitest";
import { servicesEnv } from "./support/deployment.ts";
import { AGAIN, complaints, ShippedFolder } from "./support/shipped-folder.ts";

describe("a topic that is not there yet", () => {
  const folder = new ShippedFolder(servicesEnv());
  const missing = `${folder.topic}: no such topic, or none that this user may see: \`thread-history topics create\` makes it`;
  beforeAll(() => folder.deployment.run("schemas", "register"));

  it("ends `--once`, with what to do", async () => {
    folder.write(3);

    expect(await folder.once()).toEqual({ code: 1, stdout: "", stderr: complaints(missing) });
  });

  it("is waited for", async () => {
    const ship = folder.follow();
    await ship.says(missing + AGAIN);

    await folder.deployment.run("topics", "create");
    await ship.says("shipped 1 file: 3 lines");
    folder.write(1);
    await folder.arrived();

    expect(await ship.drain()).toBe(0);
  });
});

describe("a schema that is not registered yet", () => {
  const folder = new ShippedFolder(servicesEnv());
  const missing = `not in the schema registry: ${folder.topic}-value; run \`thread-history schemas register\``;
  beforeAll(() => folder.deployment.run("topics", "create"));

  it("ends `--once`, with what to do", async () => {
    folder.write(3);

    expect(await folder.once()).toEqual({ code: 1, stdout: "", stderr: complaints(missing) });
  });

  it("is waited for", async () => {
    const ship = folder.follow();
    await ship.says(missing + AGAIN);

    await folder.deployment.run("schemas", "register");
    await ship.says("shipped 1 file: 3 lines");
    await folder.arrived();

    expect(await ship.drain()).toBe(0);
  });
});

describe("a topic that takes less than a record may have", () => {
  const folder = new ShippedFolder(servicesEnv());
  const limitTo = (bytes: number) => folder.alterTopic("max.message.bytes", String(bytes));
  const refused = `${folder.topic}: takes records of 2000 bytes at most (max.message.bytes), but producer.maxRecordBytes is 8388608: lower that, or `;
  beforeAll(() => folder.deployment.setUp());

  it("from some moment on: it says what did not fit, and ends, since only people can help", async () => {
    folder.write(2);
    const ship = folder.follow();
    await ship.says("shipped 1 file: 2 lines");
    await limitTo(2_000);

    folder.write(1, 5_000);

    expect(await ship.ended).toBe(1);
    expect(ship.stderr).toContain(
      ": raise max.message.bytes of the topic, or lower producer.maxRecordBytes; tries again",
    );
    expect(ship.stderr).toContain(refused);
  });

  it("is refused before anything is sent", async () => {
    const { code, stdout, stderr } = await folder.once();

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(refused);
  });

  it("gets the rest once it takes enough again", async () => {
    await limitTo(20_000_000);

    expect(await folder.once()).toMatchObject({ code: 0, stderr: "" });

    await folder.arrived();
  });
});
