import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exchange, LOOPBACK } from "./ports.ts";
import { type Place, portAt, type Service } from "./service.ts";

const CONFIG = "redis.conf";

export const redis: Service = {
  name: "redis",
  portCount: 1,
  stopSignal: "SIGTERM",
  url: (port) => `redis://${LOOPBACK}:${port}`,

  prepare({ folder, ports }: Place): Promise<void> {
    const lines = [
      `bind ${LOOPBACK}`,
      `port ${portAt(ports, 0)}`,
      `dir "${folder}"`,
      // Checkpoints must not vanish one by one: the worker refuses any other policy.
      "maxmemory-policy noeviction",
      "appendonly yes",
      "appendfsync everysec",
      'save ""',
    ];
    writeFileSync(join(folder, CONFIG), `${lines.join("\n")}\n`);
    return Promise.resolve();
  },

  command: ({ folder }) => ({ program: "redis-server", args: [join(folder, CONFIG)], cwd: folder }),

  async isHealthy(port): Promise<boolean> {
    // While it loads its data it answers -LOADING.
    const answer = await exchange({ port, send: Buffer.from("PING\r\n"), bytes: 7 });
    return answer?.toString("latin1") === "+PONG\r\n";
  },
};
