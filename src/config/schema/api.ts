import { z } from "zod";
import { flag, form, list, namedText, text, whole } from "../setting.ts";

export const apiSchema = z
  .strictObject({
    host: namedText(
      "127.0.0.1",
      form.any,
      "Address that API and viewer are served at. Elsewhere than on this machine's own they are refused without tokens.",
    ),
    port: whole(8_787, [0, 65_535], "Port of API and viewer; 0 takes any free one."),
    tokensFile: text(
      form.file,
      "File of the tokens that may read: a list in YAML or JSON of {name, token or sha256, cwds, sourceKinds}. Without it everybody that reaches the port may read.",
    ),
    isOpen: flag(
      false,
      "Whether everybody may read also where host is not this machine's own and there are no tokens.",
    ),
    corsOrigins: list(
      form.origin,
      "Origins of other pages whose scripts may read, such as https://history.example.com.",
    ),
    allowedHosts: list(
      form.hostName,
      "Names by which it may be called beside localhost: without tokens a request under another name is refused, since a page elsewhere may have been given this machine's address.",
    ),
    pageSize: whole(50, [1, 10_000], "Entries of a page where a request does not say."),
    maxPageSize: whole(500, [1, 10_000], "Most entries of a page: it is held in memory."),
    requestBytes: whole(16_384, [1_000, 1_048_576], "Bytes of a request's body: nothing longer than a token is sent."),
    connections: whole(1_000, [1, 100_000], "Connections at once."),
    streams: whole(
      200,
      [1, 100_000],
      "Event streams and WebSockets at once: each holds a connection as long as it likes.",
    ),
    requestMs: whole(
      30_000,
      [100, 3_600_000],
      "How long a request may take to arrive; and how long a client may take nothing of its answer before it is cut off.",
    ),
    heartbeatMs: whole(
      15_000,
      [100, 3_600_000],
      "How often a quiet stream says that it lives: proxies close silent ones.",
    ),
    messageBytes: whole(1_048_576, [1_000, 67_108_864], "Bytes of a message of the app-server protocol."),
  })
  .prefault({});
