import kafkajs from "kafkajs";

/** Of the names that kafkajs exports, Node.js finds only the first few in its CommonJS module; these are not among them. */
export const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, KafkaJSConnectionError } = kafkajs;
