/** The frames of the gateway's socket: the log's events, and what is not in the log. */

import type {
  ConversationEvent,
  ErrorData,
  MediaRef,
  RequirementSpec,
  WorkflowStage,
} from "../generated/events";

export interface ConnectedData {
  message: string;
  stage: WorkflowStage;
  resumed_from?: number;
  /** How far the log goes at this moment. */
  last_event_id?: number;
  server_version?: string;
  /** Above 1 once the oldest events were dropped. */
  first_available?: number;
  temporal_ui_url?: string | null;
}

/** One piece of an answer being written. `index` starts again at 0 with each attempt. */
export interface TokenData {
  token: string;
  index: number;
  attempt?: number;
}

export type TransientFrame =
  | { type: "connected"; turn_id?: string; data: ConnectedData }
  | { type: "token"; turn_id: string; data: TokenData }
  | { type: "error"; event_id?: undefined; turn_id?: string; data: ErrorData }
  | { type: "renewed"; data: { expires_at: string | null } }
  | { type: "pong" };

export type ServerFrame = TransientFrame | ConversationEvent;

export type ActionName =
  | "confirm_listing"
  | "edit_listing"
  | "cancel_job"
  | "edit_job"
  | "relist_listing"
  | "retry_listing"
  | "withdraw_listing"
  | "mark_sold"
  | "select_product"
  | "dismiss_product"
  | "bought_product"
  | "watch_price"
  | "stop_watching";

/** What is sent again until the gateway has it: `message_id` makes a second arrival harmless. */
export type Command =
  | {
      type: "message";
      message: string;
      message_id: string;
      media: MediaRef[];
      requirement?: RequirementSpec;
    }
  | { type: "answer"; question_id: string; answer: string; message_id: string }
  | { type: "action"; action: ActionName; payload: Record<string, unknown>; message_id: string };

export type ClientFrame =
  | Command
  | { type: "auth"; token: string }
  | { type: "cancel" }
  | { type: "ping" };

export function isLogged(frame: ServerFrame): frame is ConversationEvent {
  return "event_id" in frame && typeof frame.event_id === "number";
}

/** Null for what is not a frame: a newer gateway may send what this page does not know. */
export function parseFrame(text: unknown): ServerFrame | null {
  if (typeof text !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const isFrame = typeof value === "object" && value !== null && "type" in value;
  return isFrame ? (value as ServerFrame) : null;
}
