import type { Config } from "../config/index.ts";
import { createKafka, type KafkaClient, type KafkaConfig } from "../kafka/index.ts";
import type { Log } from "../telemetry/index.ts";
import { fileText, secretIn } from "./secret-file.ts";

/** Kafka, as configured. It connects when it is used. @throws CliError when a file cannot be read */
export function kafkaClient({ kafka }: Config, log: Log): KafkaClient {
  const { brokers, clientId, connectionTimeoutMs, requestTimeoutMs } = kafka;
  const config = {
    brokers,
    clientId,
    connectionTimeoutMs,
    requestTimeoutMs,
    ssl: tlsOf(kafka.tls),
    sasl: saslOf(kafka.sasl),
  };
  return createKafka(config, (level, message, fields) => log[level]({ ...fields, client: "kafka" }, message));
}

function tlsOf({ enabled, caFile, certFile, keyFile, serverName }: Config["kafka"]["tls"]): KafkaConfig["ssl"] {
  if (!enabled) return undefined;
  const isPlain = caFile === null && certFile === null && serverName === null;
  if (isPlain) return true;
  return {
    ca: caFile === null ? undefined : fileText(caFile, "kafka.tls.caFile"),
    cert: certFile === null ? undefined : fileText(certFile, "kafka.tls.certFile"),
    key: keyFile === null ? undefined : fileText(keyFile, "kafka.tls.keyFile"),
    servername: serverName ?? undefined,
  };
}

/** The schema demands for each mechanism what it needs. */
function saslOf(sasl: Config["kafka"]["sasl"]): KafkaConfig["sasl"] {
  const { mechanism, scope } = sasl;
  if (mechanism === "none") return undefined;
  if (mechanism === "oauthbearer") {
    const clientSecret = () => secretIn(sasl.clientSecretFile ?? "", "kafka.sasl.clientSecretFile");
    clientSecret();
    return {
      mechanism,
      tokenEndpoint: sasl.tokenEndpoint ?? "",
      clientId: sasl.oauthClientId ?? "",
      clientSecret,
      scope: scope ?? undefined,
    };
  }
  const password = () => secretIn(sasl.passwordFile ?? "", "kafka.sasl.passwordFile");
  password();
  return { mechanism, username: sasl.username ?? "", password };
}
