import { z } from "zod";
import { choice, form, text, whole } from "../setting.ts";

const MEBIBYTE = 1024 * 1024;

export const shipSchema = z
  .strictObject({
    positions: text(
      form.file,
      "File that keeps how much of which rollout was shipped. Without it ship-<prefix>.sqlite in $XDG_STATE_HOME/thread-history, or ~/.local/state/thread-history.",
    ),
    order: choice(
      "newest",
      ["newest", "oldest"],
      "Which threads' history is sent first, by when their files last changed.",
    ),
    recover: choice(
      "topic",
      ["topic", "resend"],
      "What to do without positions (a first start, or they were lost): read from the topic what was shipped, or send all again. The topic is read since the oldest file was begun. To send again does no harm but to rollouts whose file was replaced.",
    ),
    rescanMs: whole(
      15_000,
      [1_000, 3_600_000],
      "How often all folders are looked through. Changes are told as they happen; this finds what that misses, such as on network disks.",
    ),
    retryMs: whole(
      2_000,
      [100, 3_600_000],
      "How long a file is left alone that could not be read, or whose last line is not whole.",
    ),
    settleMs: whole(
      1_000,
      [0, 3_600_000],
      "A file that became shorter counts as replaced once it was left alone for so long: it may be in the middle of being written again.",
    ),
    lineEndMs: whole(
      60_000,
      [0, 86_400_000],
      "A whole last line that lacks its newline is shipped once its file was left alone for so long. With --once it is shipped at once.",
    ),
    maxLineBytes: whole(
      64 * MEBIBYTE,
      [1_000_000, 512 * MEBIBYTE],
      "Of a longer line only size and hash are shipped. Real lines reach 43 MB; so much is held in memory.",
    ),
    deliveryMs: whole(
      30_000,
      [1_000, 3_600_000],
      "Lines that the brokers did not acknowledge for so long count as failed: it is said, and they are sent again after a while, or with the next run.",
    ),
    turnBytes: whole(
      8 * MEBIBYTE,
      [65_536, 1024 * MEBIBYTE],
      "So much of a long file is sent at a time, so that new lines of other threads need not wait for all of it.",
    ),
  })
  .prefault({});
