import { type Fields, list, object, string, unread, unreadString, unreadStrings } from "./fields.ts";
import { absolutePath } from "./paths.ts";
import { threadId } from "./values.ts";

const absolutePaths = list(absolutePath);

const modelSettings = object((inner) => inner.required("model", string));

const collaborationMode = object((mode) => {
  mode.required("mode", unreadString);
  mode.required("settings", modelSettings);
});

const permissionProfile = object(() => undefined);

const settings = object((fields) => {
  fields.required("model", unreadString);
  fields.required("model_provider_id", unreadString);
  fields.required("approval_policy", unread);
  fields.required("approvals_reviewer", unreadString);
  fields.required("permission_profile", permissionProfile);
  fields.required("cwd", absolutePath);
  fields.required("collaboration_mode", collaborationMode);
  fields.optional("runtime_workspace_roots", absolutePaths);
  fields.defaulted("disabled_plugin_ids", unreadStrings, []);
});

/** Changes nothing, but takes a rollout index only when well formed (ADR 0001). */
export function threadSettingsApplied(fields: Fields): null {
  fields.optional("thread_id", threadId);
  fields.required("thread_settings", settings);
  return null;
}
