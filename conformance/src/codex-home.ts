import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROLLOUT_NAME, type RolloutFile } from "./rollout-file.ts";

/** The provider rollouts have to name: Codex opens no thread of one it does not know. */
const MODEL_PROVIDER = "mock";

/** Nothing may leave the machine: the only model provider is a closed port of this machine. */
const CONFIG = `
model = "none"
model_provider = "${MODEL_PROVIDER}"
check_for_update_on_startup = false
approval_policy = "never"
sandbox_mode = "read-only"

[model_providers.${MODEL_PROVIDER}]
name = "none"
base_url = "http://127.0.0.1:9/v1"
wire_api = "responses"

[analytics]
enabled = false

[feedback]
enabled = false

[features]
apps = false
plugins = false
remote_plugin = false
shell_snapshot = false
goals = false
memories = false
`;

/** A scratch CODEX_HOME that holds rollouts where Codex looks for them. */
export class CodexHome {
  readonly path: string;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), "conformance-"));
    writeFileSync(join(this.path, "config.toml"), CONFIG);
  }

  place(file: RolloutFile): void {
    const [, year, month, day] = ROLLOUT_NAME.exec(file.name) ?? [];
    if (year === undefined || month === undefined || day === undefined)
      throw new Error(`not a rollout's name: ${file.name}`);
    const folder = join(this.path, "sessions", year, month, day);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file.name), file.text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
