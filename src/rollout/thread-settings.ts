import { type Fields, list, object, string, unread, unreadString } from "./fields.ts";
import { absolutePath } from "./paths.ts";
import { threadId } from "./values.ts";

const settings = object((fields) => {
  fields.required("model", unreadString);
  fields.required("model_provider_id", unreadString);
  fields.required("approval_policy", unread);
  fields.required("approvals_reviewer", unreadString);
  fields.required(
    "permission_profile",
    object(() => undefined),
  );
  fields.required("cwd", absolutePath);
  fields.required(
    "collaboration_mode",
    object((mode) => {
      mode.required("mode", unreadString);
      mode.required(
        "settings",
        object((inner) => inner.required("model", string)),
      );
    }),
  );
  fields.optional("runtime_workspace_roots", list(absolutePath));
  fields.defaulted("disabled_plugin_ids", list(unreadString), []);
});

/** Changes nothing, but takes a rollout index only when well formed (ADR 0001). */
export function threadSettingsApplied(fields: Fields): null {
  fields.optional("thread_id", threadId);
  fields.required("thread_settings", settings);
  return null;
}
