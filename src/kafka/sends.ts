import type { Message, TopicMessages } from "kafkajs";

/** A message that goes to one partition. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly message: Message & { readonly partition: number };
}

/**
 * kafkajs makes one record batch per partition of what one send holds, and the broker refuses batches over
 * `max.message.bytes`, usually 1 MB.
 */
export const SEND_BYTES = 900 * 1024;

/** What a record takes beside its key and value: lengths, deltas, attributes. */
const RECORD_OVERHEAD = 64;

/** Cuts messages into sends, in order, none with more than `maxBytes` for one partition; a larger message is alone there. */
export function sendsOf(messages: readonly OutgoingMessage[], maxBytes: number = SEND_BYTES): TopicMessages[][] {
  const sends: Map<string, Message[]>[] = [];
  const places = new Map<string, { send: number; bytes: number }>();
  for (const { topic, message } of messages) {
    const partition = `${topic}/${message.partition}`;
    const bytes = sizeOf(message);
    const place = places.get(partition) ?? { send: 0, bytes: 0 };
    if (place.bytes > 0 && place.bytes + bytes > maxBytes) {
      place.send++;
      place.bytes = 0;
    }
    place.bytes += bytes;
    places.set(partition, place);
    const send = sends[place.send] ?? new Map<string, Message[]>();
    sends[place.send] = send;
    const batch = send.get(topic);
    if (batch === undefined) send.set(topic, [message]);
    else batch.push(message);
  }
  return sends.map((send) => [...send].map(([topic, batch]) => ({ topic, messages: batch })));
}

export function sizeOf({ key, value }: Message): number {
  return Buffer.byteLength(key ?? "") + Buffer.byteLength(value ?? "") + RECORD_OVERHEAD;
}
