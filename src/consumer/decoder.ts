import type { MutationDecoder } from "./decoded.ts";
import { checkedDecoderOptions, type MutationDecoderOptions } from "./options.ts";

/**
 * A decoder for those who read the topics with a client of their own. One serves a whole process.
 *
 * @throws ConsumerOptionsError that names each option that is wrong
 */
export function createMutationDecoder(options: MutationDecoderOptions): MutationDecoder {
  const { schemaRegistryUrl } = checkedDecoderOptions(options);
  let opened: Promise<MutationDecoder> | undefined;
  const open = async () => (await import("./registry-decoder.ts")).openDecoder(schemaRegistryUrl);
  return {
    decode: async (value) => {
      opened ??= open();
      return (await opened).decode(value);
    },
  };
}
