import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { javaProgram } from "./java.ts";
import { exchange, LOOPBACK } from "./ports.ts";
import { runLogged } from "./processes.ts";
import { type Place, portAt, type Service } from "./service.ts";

const CONFIG = "server.properties";
/** The same for every broker: it only keeps the disks of different clusters apart. */
const CLUSTER_ID = "dGhyZWFkLWhpc3RvcnktMQ";
const MAX_MESSAGE_BYTES = 20 * 1024 * 1024;

/** Replaced by the variables of Kafka's own scripts. */
const HEAP = "-Xmx512m -Xms128m";
const JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";

export const kafka: Service = {
  name: "kafka",
  portCount: 2,
  stopSignal: "SIGTERM",
  url: (port) => `${LOOPBACK}:${port}`,

  async prepare(place: Place): Promise<void> {
    const { folder, log } = place;
    writeFileSync(join(folder, CONFIG), properties(place));
    if (existsSync(join(folder, "data", "meta.properties"))) return;
    const format = ["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config", join(folder, CONFIG)];
    await runLogged(
      { program: javaProgram(), args: [...JVM.split(" "), ...classPath(place), ...format], cwd: folder },
      log,
    );
  },

  command(place: Place) {
    const { KAFKA_HEAP_OPTS, KAFKA_JVM_PERFORMANCE_OPTS } = process.env;
    const options = `${KAFKA_HEAP_OPTS || HEAP} ${KAFKA_JVM_PERFORMANCE_OPTS || JVM}`.trim().split(/\s+/);
    const main = ["kafka.Kafka", join(place.folder, CONFIG)];
    return { program: javaProgram(), args: [...options, ...classPath(place), ...main], cwd: place.folder };
  },

  async isHealthy(port): Promise<boolean> {
    const answer = await exchange({ port, send: metadataRequest(), bytes: 12 });
    // Length, correlation id, then how many brokers are there for clients: this one only once it has joined.
    const hasBroker = answer !== null && answer.length >= 12 && answer.readInt32BE(8) > 0;
    return hasBroker && (await doLeadersAnswer(`${LOOPBACK}:${port}`));
  },
};

/** After a restart the broker names leaders a moment before they serve: so ask each for its offsets. */
async function doLeadersAnswer(broker: string): Promise<boolean> {
  const client = new Kafka({
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    requestTimeout: 5_000,
  });
  const admin = client.admin();
  try {
    await admin.connect();
    for (const topic of await admin.listTopics()) await admin.fetchTopicOffsets(topic);
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}

function classPath({ downloads }: Place): string[] {
  return [
    ...["-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"],
    ...["-cp", join(downloads, "kafka", "*")],
  ];
}

/** A Metadata request, version 1, for no topic. */
function metadataRequest(): Buffer {
  const client = Buffer.from("services");
  const head = Buffer.alloc(14);
  head.writeInt32BE(10 + client.length + 4, 0);
  head.writeInt16BE(3, 4);
  head.writeInt16BE(1, 6);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(client.length, 12);
  return Buffer.concat([head, client, Buffer.alloc(4)]);
}

/** One process that is broker and controller. The same settings as in docker-compose.yml. */
function properties({ folder, ports }: Place): string {
  const [clients, controller] = [portAt(ports, 0), portAt(ports, 1)];
  const settings = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@${LOOPBACK}:${controller}`,
    listeners: `PLAINTEXT://${LOOPBACK}:${clients},CONTROLLER://${LOOPBACK}:${controller}`,
    "advertised.listeners": `PLAINTEXT://${LOOPBACK}:${clients}`,
    "controller.listener.names": "CONTROLLER",
    "log.dirs": join(folder, "data"),
    "auto.create.topics.enable": false,
    "default.replication.factor": 1,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    // After a crash the broker is let in again only when its last session is over: 9 s by default.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    "message.max.bytes": MAX_MESSAGE_BYTES,
    "replica.fetch.max.bytes": MAX_MESSAGE_BYTES,
    "log.retention.ms": -1,
    // 128 MiB of the heap by default.
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `${lines.join("\n")}\n`;
}
