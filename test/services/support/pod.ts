import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Probe, Workload } from "../../../scripts/manifests/workloads.ts";
import { freePorts } from "../../../scripts/services/ports.ts";
import type { Deployment } from "./deployment.ts";

/** Longer than a worker takes on a busy machine: it waits for something that never comes. */
const READY_WITHIN_MS = 120_000;

const BIN = join(import.meta.dirname, "../../../bin");

/** A container of a manifest, run as a plain process: its command, environment, files, probes and signal. */
export class Pod {
  readonly ended: Promise<number | NodeJS.Signals | null>;
  readonly #workload: Workload;
  readonly #port: number;
  readonly #child: ChildProcess;

  private constructor(workload: Workload, port: number, child: ChildProcess) {
    this.#workload = workload;
    this.#port = port;
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => resolve(code ?? signal));
    });
  }

  /** Files lie in a folder of the test's; only where services and ports are differs from what the manifest says. */
  static async start(workload: Workload, deployment: Deployment): Promise<Pod> {
    const [program = "", ...args] = workload.main.command;
    const [port = 0] = await freePorts(1);
    const folder = join(deployment.folder, `pod-${port}`);
    mkdirSync(folder);
    let env = { ...workload.main.env };
    for (const [path, content] of Object.entries(workload.files)) {
      const file = join(folder, basename(path));
      writeFileSync(file, content);
      env = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === path ? file : value]));
    }
    const child = spawn(join(BIN, program), args, {
      env: { ...process.env, ...env, ...deployment.env, THREAD_HISTORY_HTTP_PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.pipe(createWriteStream(join(folder, "log")));
    return new Pod(workload, port, child);
  }

  /** As the kubelet: asked every period until it answers well. */
  async ready(): Promise<void> {
    const { startup, readiness } = this.#workload.probes;
    const until = performance.now() + READY_WITHIN_MS;
    for (const probe of [startup, readiness]) {
      for (let found = await this.#asks(probe); !found.isWell; found = await this.#asks(probe)) {
        if (performance.now() > until) throw new Error(`${this.#workload.component} is not ready: ${found.answer}`);
        await sleep(500);
      }
    }
  }

  async isAlive(): Promise<boolean> {
    const { liveness } = this.#workload.probes;
    return liveness !== undefined && (await this.#asks(liveness)).isWell;
  }

  /** As a deleted pod is ended: its signal, and after its grace period SIGKILL. Answers how it ended. */
  async end(): Promise<number | NodeJS.Signals | null> {
    this.#child.kill(this.#workload.stopSignal as NodeJS.Signals);
    const grace = setTimeout(() => this.#child.kill("SIGKILL"), this.#workload.graceSeconds * 1_000);
    const how = await this.ended;
    clearTimeout(grace);
    return how;
  }

  /** A probe that there is none of finds everything well. */
  async #asks(probe: Probe | undefined): Promise<{ readonly isWell: boolean; readonly answer: string }> {
    if (probe === undefined) return { isWell: true, answer: "" };
    const { path, timeoutSeconds } = probe;
    try {
      const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
      const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, { signal });
      return { isWell: response.ok, answer: await response.text() };
    } catch (error) {
      // Not listening yet, or too slow.
      return { isWell: false, answer: String(error) };
    }
  }
}
