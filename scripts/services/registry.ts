import { readdirSync } from "node:fs";
import { join } from "node:path";
import { javaProgram } from "./java.ts";
import { ServicesError } from "./names.ts";
import { LOOPBACK } from "./ports.ts";
import { portAt, type Service } from "./service.ts";

const ANSWER_MS = 2_000;

export const registry: Service = {
  name: "registry",
  portCount: 1,
  stopSignal: "SIGTERM",
  url: (port) => `http://${LOOPBACK}:${port}/apis/ccompat/v7`,
  prepare: () => Promise.resolve(),

  command: ({ folder, downloads, ports }) => ({
    program: javaProgram(),
    args: ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", applicationJar(downloads)],
    cwd: folder,
    env: {
      QUARKUS_HTTP_HOST: LOOPBACK,
      QUARKUS_HTTP_PORT: String(portAt(ports, 0)),
      // Its "in-memory" database in a file, every write synced: schema ids survive a restart, and SIGKILL.
      REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(folder, "registry")};WRITE_DELAY=0`,
      QUARKUS_DATASOURCE_JDBC_INITIAL_SIZE: "1",
      QUARKUS_DATASOURCE_JDBC_MIN_SIZE: "1",
    },
  }),

  async isHealthy(port): Promise<boolean> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      const response = await fetch(`${registry.url(port)}/subjects`, { signal, headers: { connection: "close" } });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  },
};

function applicationJar(downloads: string): string {
  const folder = join(downloads, "registry");
  const jar = readdirSync(folder).find((file) => file.endsWith("-runner.jar"));
  if (jar === undefined) throw new ServicesError(`no *-runner.jar in ${folder}: delete ${downloads}, try again`);
  return join(folder, jar);
}
