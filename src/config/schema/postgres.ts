import { z } from "zod";
import { form, text } from "../setting.ts";

export const postgresSchema = z
  .strictObject({
    url: text(form.postgresUrl, "Database of the read model: postgres://user:password@host:port/database."),
  })
  .prefault({});
