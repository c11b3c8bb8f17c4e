import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadRules } from "./load.ts";
import { LineRedactor } from "./redactor.ts";

/** Examples are put together here, so that no scanner takes this file for a leak. */
const some = (length: number) => "aB3dE6gH9".repeat(Math.ceil(length / 9)).slice(0, length);
const BASE64_LINES = `${some(64)}\n${some(64)}\nAb1=`;
const rules = await loadRules("default");
const redactor = new LineRedactor(rules);

/** A text that a tool printed, after its redaction. */
function shown(text: string): string {
  const { line } = redactor.redact(Buffer.from(JSON.stringify({ payload: { output: text } })));
  return (JSON.parse(line.toString()) as { payload: { output: string } }).payload.output;
}

const jwt = `eyJ${some(20)}.eyJ${some(40)}.${some(43)}`;

/** Rule, what is before the secret, the secret, what is behind it. */
const SECRETS: readonly (readonly [rule: string, before: string, secret: string, behind: string])[] = [
  ["private-key", "-----BEGIN RSA PRIVATE KEY-----", `\n${BASE64_LINES}`, "\n-----END RSA PRIVATE KEY-----\nthe rest"],
  ["private-key", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED", `\n\n${BASE64_LINES}`, "\n-----END"],
  ["private-key", "+-----BEGIN OPENSSH PRIVATE KEY-----", `\n+${some(70)}\n+${some(70)}`, "\n+-----END"],
  ["private-key", "a torn one: -----BEGIN PRIVATE KEY-----", `\n${some(64)}\n${some(33)}`, ""],
  ["private-key", "1\t-----BEGIN PRIVATE KEY-----", `\n2\t${some(64)}\n3\t${some(64)}`, "\n4\t-----END"],
  ["aws-access-key-id", "id ", "AKIAIOSFODNN7EXAMPLE", "."],
  ["aws-access-key-id", "", "ASIAIOSFODNN7EXAMPLE", ""],
  ["aws-secret-access-key", "aws_secret_access_key = ", some(40), "\nregion"],
  ["aws-secret-access-key", '"SecretAccessKey": "', `${some(38)}/+`, '"'],
  ["github-token", "git clone https://", `ghp_${some(36)}`, "@github.com/a/b"],
  ["github-token", "", `github_pat_${some(22)}_${some(59)}`, ""],
  ["gitlab-token", "", `glpat-${some(20)}`, " x"],
  ["gitlab-token", "", `glrt-${some(27)}.01.${some(9)}`, ""],
  ["slack-token", "", `xoxb-123456789012-${some(24)}`, ""],
  ["slack-token", "https://", `hooks.slack.com/services/T00000000/B00000000/${some(24)}`, " x"],
  ["google-api-key", "key ", `AIza${some(35)}`, "&q"],
  ["sk-key", "", `sk-${some(48)}`, ""],
  ["sk-key", "", `sk-proj-${some(30)}_${some(30)}-x`, " x"],
  ["sk-key", "", `sk-ant-api03-${some(90)}-AA`, ""],
  ["stripe-key", "", `sk_live_${some(24)}`, ""],
  ["stripe-key", "", `rk_test_${some(24)}`, ""],
  ["npm-token", "", `npm_${some(36)}`, ""],
  ["service-token", "", `hf_${some(34)}`, ""],
  ["service-token", "", `SG.${some(22)}.${some(43)}`, ""],
  ["service-token", "", `pypi-AgE${some(80)}`, ""],
  ["jwt", "session ", jwt, " ends"],
  ["authorization-header", "-H 'Authorization: Bearer ", some(12), "'"],
  ["authorization-header", "authorization: basic ", "dXNlcjpwYXNz", "\r\n"],
  ["authorization-header", '"Authorization", "Bearer ', some(12), '"'],
  ["bearer-token", "it sent Bearer ", some(32), " and"],
  ["url-password", "postgres://app:", "s3cr3t", "@db:5432/app"],
  ["url-password", "redis://:", "p4ss", "@localhost"],
  ["url-password", "https://oauth2:", "abcdef", "@example.com/x"],
  ["connection-string", "Server=db;User Id=sa;Password=", "s3cr3t!", ";Encrypt=true"],
  ["connection-string", "AccountName=a;AccountKey=", `${some(86)}==`, ";EndpointSuffix"],
  ["env-secret", "export MY_API_KEY=", "abcd", "\n"],
  ["env-secret", 'DB_PASSWORD="', "two words", '"'],
  ["env-secret", "GH_TOKEN='", "abc$def", "'"],
  ["env-secret", "docker run -e POSTGRES_PASSWORD=", "postgres", " -d"],
  ["quoted-password", 'password: "', "hunter", '"'],
  ["quoted-password", "dbPassword = '", "hunter2", "'"],
  ["quoted-secret", 'apiKey: "', some(20), '"'],
  ["quoted-secret", 'client_secret="', some(20), '"'],
  ["quoted-secret", "refresh_token => '", some(20), "'"],
  ["plain-secret", "password: ", "hunter2", "\nuser: ada"],
  ["plain-secret", "?access_token=", "abc12345", "&x=1"],
  ["plain-secret", "//npm.example.com/:_authToken=", some(20), ""],
  ["flag-secret", "login --user ada --password ", "hunter2", " --now"],
  ["flag-secret", "--api-key ", some(12), ""],
];

describe("the shipped rules replace", () => {
  it.each(SECRETS)("%s: %s %s", (rule, before, secret, behind) => {
    expect(shown(before + secret + behind)).toBe(`${before}[redacted:${rule}]${behind}`);
  });

  it.each([
    "password",
    "DB_PASSWORD",
    "clientSecret",
    "api_key",
    "x-api-key",
    "token",
    "accessToken",
    "refresh_token",
    "SecretAccessKey",
    "Authorization",
    "connectionString",
  ])("secret-member: text in a member %s, in JSON in a string, too", (name) => {
    const hidden = { [name]: "[redacted:secret-member]" };
    expect(shown(JSON.stringify({ [name]: "two words" }))).toBe(JSON.stringify(hidden));
    const { line } = redactor.redact(Buffer.from(JSON.stringify({ payload: { arguments: { [name]: "two words" } } })));
    expect(JSON.parse(line.toString())).toEqual({ payload: { arguments: hidden } });
  });

  it("all of them, each with an example", () => {
    const shownHere = new Set([...SECRETS.map(([rule]) => rule), "secret-member"]);
    expect([...shownHere].toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
  });

  it("what the documentation tells", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/redacting.md"), "utf8");
    const [, table = ""] = page.split("## The shipped rules");
    const told = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(told).toEqual(rules.map(({ name }) => name));
  });

  it("nothing twice", () => {
    for (const [, before, secret, behind] of SECRETS) {
      const once = shown(before + secret + behind);
      expect(shown(once)).toBe(once);
    }
  });
});

describe("the shipped rules leave", () => {
  it.each([
    ["a git hash", "commit 1f8b25b7d1c2a3e4f5061728394a5b6c7d8e9f00"],
    ["a UUID", "01a203d7-18d3-7550-94b0-e7c7f41745e1"],
    ["a SHA-256", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ["an image", `data:image/png;base64,${some(4000)}/AIza+AKIA/${some(4000)}`],
    ["base64", `eyJ${some(400)}`],
    ["paths", "/home/user/.ssh/id_rsa /run/secrets/token.txt src/password/reset-token.ts"],
    ["an address with a port", "https://example.com:8080/@scope/package and git@github.com:a/b.git"],
    [
      "a placeholder in an address",
      "postgres://user:$PASSWORD@host postgres://user:<password>@host postgres://u:{p}@h",
    ],
    ["code that names a key", 'if (text.startsWith("-----BEGIN PRIVATE KEY-----")) return'],
    ["a public key", `-----BEGIN PUBLIC KEY-----\n${BASE64_LINES}\n-----END PUBLIC KEY-----`],
    ["types", "password: string; token?: string; secret: z.string(), apiKey: string | undefined"],
    ["types in quotes", `{"password": {"type": "string"}} password: "string"`],
    ["calls", "const token = base64Decode(x); password = getPassword1(); secret = config.db1.secret"],
    ["variables", `TOKEN=$GITHUB_TOKEN API_KEY="\${KEY}" password: process.env.PASSWORD1 token: \${{ secrets.X }}`],
    ["names of secrets", `secret: "database-credentials" secretName: "a-1"`],
    ["files of secrets", "SECRET=/run/secrets/key PRIVATE_KEY=./key.pem TOKEN=~/.token"],
    ["counts", "total_token_usage: 12345, max_output_tokens=10000, token: 123456"],
    ["prose", "Basic authentication is a bearer of bad news; the secret: none. Password: required"],
    ["words with hyphens", "sk-fading-circle-animation-delay task-0123456789abcdef0123456789"],
    ["a shell's variables", "; pwd=$(pwd); PWD=/home/user; OLDPWD=/tmp"],
    [
      "JSON schemas",
      JSON.stringify({ properties: { token: { type: "string", description: "A token." }, password: true } }),
    ],
    ["empty members", JSON.stringify({ password: "", token: null, api_key: 7, secret: "***" })],
  ])("%s", (_what, text) => {
    expect(shown(text)).toBe(text);
  });

  it("every line of real rollouts without secrets", () => {
    const corpus = join(import.meta.dirname, "../../test/corpus");
    const slow = new LineRedactor(rules, { prechecks: false });
    for (const name of readdirSync(corpus)) {
      for (const text of readFileSync(join(corpus, name, "rollout.jsonl"), "utf8").split("\n")) {
        const line = Buffer.from(text);
        expect(redactor.redact(line).line).toBe(line);
        expect(slow.redact(line).line).toBe(line);
      }
    }
  });
});

describe("hostile text", () => {
  const MEGABYTE = 1 << 20;
  it.each([
    "a",
    "A1",
    "-",
    " ",
    "eyJ",
    "eyJa.",
    "sk-",
    "sk-ant-",
    "://",
    "://a:",
    ";",
    "password=",
    "password: ",
    "password: hunter2, ",
    "TOKEN=",
    'secret:"',
    "bearer ",
    "authorization: bearer ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nA: b\n",
    "-----BEGIN PRIVATE KEY-----\n1 aaaaaaaaaaaaaaaaaaaaaaaa",
    "xoxb-",
    "--token ",
    "\\",
    '\\"',
    "\\u005c",
    '"',
    '{"password":',
  ])("%j, again and again, is done with", (part) => {
    const text = part.repeat(Math.ceil(MEGABYTE / part.length));
    const json = Buffer.from(JSON.stringify({ payload: { output: text } }));
    expect(JSON.parse(redactor.redact(json).line.toString())).toHaveProperty("payload.output");
    expect(redactor.redact(Buffer.from(text)).values).toBeGreaterThanOrEqual(0);
  });
});
