import { boolean, type Fields, int32, int64, literal, string, strings, tagged, unreadString } from "../fields.ts";
import { absolutePath } from "../paths.ts";
import { commandSource, durationMs, endedStatus, fileChanges, parsedCommands } from "../values.ts";

/** Events of commands and patches (rollout-format §4). */

function execCommand(fields: Fields) {
  fields.defaulted("started_at_ms", int64, 0);
  fields.optional("interaction_input", unreadString);
  return {
    callId: fields.required("call_id", string),
    processId: fields.optional("process_id", string),
    turnId: fields.required("turn_id", string),
    command: fields.required("command", strings),
    cwd: fields.required("cwd", absolutePath),
    parsedCommands: fields.required("parsed_cmd", parsedCommands),
    source: fields.defaulted("source", commandSource, "agent"),
  };
}

export function execCommandBegin(fields: Fields) {
  return { type: "exec_command_begin", ...execCommand(fields) } as const;
}

export function execCommandEnd(fields: Fields) {
  fields.required("stdout", unreadString);
  fields.required("stderr", unreadString);
  fields.required("formatted_output", unreadString);
  fields.defaulted("completed_at_ms", int64, 0);
  return {
    type: "exec_command_end",
    ...execCommand(fields),
    aggregatedOutput: fields.defaulted("aggregated_output", string, ""),
    exitCode: fields.required("exit_code", int32),
    durationMs: fields.required("duration", durationMs),
    status: fields.required("status", endedStatus),
  } as const;
}

const guardianSource = literal("shell", "unified_exec");

export type GuardianAction =
  | { readonly type: "command"; readonly command: string; readonly cwd: string }
  | { readonly type: "execve"; readonly program: string; readonly argv: readonly string[]; readonly cwd: string }
  | { readonly type: "other" };

const otherAction = (): GuardianAction => ({ type: "other" });

const guardianAction = tagged<GuardianAction>("type", {
  command: (fields) => {
    fields.required("source", guardianSource);
    return {
      type: "command",
      command: fields.required("command", string),
      cwd: fields.required("cwd", absolutePath),
    };
  },
  execve: (fields) => {
    fields.required("source", guardianSource);
    return {
      type: "execve",
      program: fields.required("program", string),
      argv: fields.required("argv", strings),
      cwd: fields.required("cwd", absolutePath),
    };
  },
  apply_patch: otherAction,
  network_access: otherAction,
  mcp_tool_call: otherAction,
  request_permissions: otherAction,
});

const assessmentStatus = literal("in_progress", "approved", "denied", "timed_out", "aborted");

export function guardianAssessment(fields: Fields) {
  fields.required("id", unreadString);
  fields.defaulted("started_at_ms", int64, 0);
  fields.optional("completed_at_ms", int64);
  fields.optional("rationale", unreadString);
  return {
    type: "guardian_assessment",
    targetItemId: fields.optional("target_item_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    status: fields.required("status", assessmentStatus),
    action: fields.required("action", guardianAction),
  } as const;
}

export function applyPatchApprovalRequest(fields: Fields) {
  fields.defaulted("started_at_ms", int64, 0);
  fields.optional("reason", unreadString);
  fields.optional("grant_root", unreadString);
  return {
    type: "apply_patch_approval_request",
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    changes: fields.required("changes", fileChanges),
  } as const;
}

export function patchApplyBegin(fields: Fields) {
  fields.required("auto_approved", boolean);
  return {
    type: "patch_apply_begin",
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    changes: fields.required("changes", fileChanges),
  } as const;
}

export function patchApplyEnd(fields: Fields) {
  fields.required("stdout", unreadString);
  fields.required("stderr", unreadString);
  fields.required("success", boolean);
  return {
    type: "patch_apply_end",
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    changes: fields.defaulted("changes", fileChanges, new Map()),
    status: fields.required("status", endedStatus),
  } as const;
}
