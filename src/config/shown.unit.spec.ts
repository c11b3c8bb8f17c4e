import { describe, expect, it } from "vitest";
import { configurationReference, loadConfig, SETTINGS, shownSettings, shownValue } from "./index.ts";

describe("what is shown of the configuration", () => {
  it("is every setting with its value and where that came from, secrets masked", () => {
    const loaded = loadConfig({ environment: { REDIS_URL: "redis://user:hidden@r:6379/0" }, flags: [] });
    const shown = loaded.outcome === "config" ? shownSettings(loaded.config, loaded.origins) : [];

    expect(shown.map(({ name }) => name)).toEqual(SETTINGS.map(({ name }) => name));
    expect(shown).toContainEqual({
      name: "redis.url",
      value: "redis://user:****@r:6379/0",
      origin: "environment variable REDIS_URL",
    });
    expect(shown).toContainEqual({ name: "http.port", value: 9464, origin: "default" });
  });

  it.each([
    { value: "http://user:a:b@host/x", shown: "http://user:****@host/x" },
    { value: "redis://user:a/b@c@host/0", shown: "redis://user:****@host/0" },
    { value: "http://token@host", shown: "http://****@host" },
    { value: "redis://:hidden@host", shown: "redis://:****@host" },
    { value: "https://host/x?password=hidden&scope=a", shown: "https://host/x?password=****&scope=a" },
    { value: "redis://host:6379", shown: "redis://host:6379" },
    { value: ["a:1", "b:2"], shown: "a:1, b:2" },
    { value: [], shown: "(none)" },
    { value: null, shown: "(not set)" },
    { value: "", shown: '""' },
    { value: 0, shown: "0" },
  ])("$value reads $shown", ({ value, shown }) => {
    expect(shownValue(value)).toBe(shown);
  });
});

describe("docs/configuration.md", () => {
  it("is what the schema says (vitest -u writes it)", async () => {
    await expect(configurationReference()).toMatchFileSnapshot("../../docs/configuration.md");
  });

  it("gives a reason, what is allowed, and a variable of its own for every setting", () => {
    for (const { doc, allowed } of SETTINGS) expect([doc, allowed]).not.toContain("");
    expect(new Set(SETTINGS.map(({ variable }) => variable)).size).toBe(SETTINGS.length);
  });
});
