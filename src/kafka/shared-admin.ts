import type { Admin } from "kafkajs";
import type { KafkaClient } from "./client.ts";

/** One connection for administration, opened when it is first needed. */
export class SharedAdmin {
  readonly #admin: Admin;
  #connected: Promise<void> | undefined;

  constructor(client: KafkaClient) {
    this.#admin = client.kafka.admin();
  }

  async connected(): Promise<Admin> {
    this.#connected ??= this.#admin.connect();
    try {
      await this.#connected;
    } catch (error) {
      this.#connected = undefined; // the next call tries again
      throw error;
    }
    return this.#admin;
  }

  async close(): Promise<void> {
    await this.#admin.disconnect();
  }
}
