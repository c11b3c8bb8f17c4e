import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolsFolder } from "./folders.ts";
import { javaProgram } from "./java.ts";

/** Kafka's console tools, under the names of its own scripts. */
const TOOLS: Readonly<Record<string, string>> = {
  "kafka-configs": "kafka.admin.ConfigCommand",
  "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
  "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
  "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
  "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
  "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
  "kafka-topics": "org.apache.kafka.tools.TopicCommand",
  "kafka-transactions": "org.apache.kafka.tools.TransactionsCommand",
};

const RUN_CLASS = "kafka-run-class.sh";

/** Writes scripts that run the tools on the downloaded jars. */
export function writeTools(folder: string, downloads: string): void {
  const java = ["-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
  const runClass = `exec ${quoted(javaProgram())} ${java} -cp ${quoted(join(downloads, "kafka", "*"))} "$@"`;
  writeScripts(folder, runClass, ([, main]) => `exec "$(dirname "$0")/${RUN_CLASS}" ${main} "$@"`);
}

/** Writes scripts that run the tools in the container of the broker, which has the same address inside and outside. */
export function writeContainerTools(folder: string, compose: readonly string[]): void {
  const inside = (script: string) => `exec ${[...compose, "exec", "-T", "kafka"].map(quoted).join(" ")} ${script} "$@"`;
  const at = (name: string) => inside(`/opt/kafka/bin/${name}`);
  writeScripts(folder, at(RUN_CLASS), ([name]) => at(`${name}.sh`));
}

function writeScripts(folder: string, runClass: string, bodyOf: (tool: [name: string, main: string]) => string): void {
  const bin = toolsFolder(folder);
  mkdirSync(bin, { recursive: true });
  const scripts = Object.entries(TOOLS).map((tool): [string, string] => [`${tool[0]}.sh`, bodyOf(tool)]);
  for (const [file, body] of [[RUN_CLASS, runClass], ...scripts] as const)
    writeFileSync(join(bin, file), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
