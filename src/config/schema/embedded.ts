import { z } from "zod";
import { form, text, whole } from "../setting.ts";

const MEBIBYTE = 1024 * 1024;

export const embeddedSchema = z
  .strictObject({
    data: text(
      form.file,
      "Folder of `start` for what it made of the rollouts. Without it one for each set of folders, in $XDG_STATE_HOME/thread-history/embedded, or ~/.local/state/thread-history/embedded.",
    ),
    roundBytes: whole(
      2 * MEBIBYTE,
      [65_536, 1024 * MEBIBYTE],
      "`start` reads so many bytes of rollouts, projects them and commits what came of it. It is what a crash repeats. More costs memory, and time before anything shows, and is no faster.",
    ),
    hotBytes: whole(
      32 * MEBIBYTE,
      [MEBIBYTE, 64 * 1024 * MEBIBYTE],
      "Thread state that `start` keeps in memory for each of the three observers; the rest is read back from its file when needed.",
    ),
  })
  .prefault({});
