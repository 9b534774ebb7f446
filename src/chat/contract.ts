import type { ControlView } from "../core/control-contract.ts";
import type { UnixMs } from "../core/step.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";

/**
 * A place where people, or programs for them, are told what Houston sees and does: Slack, a webhook, PagerDuty. Each follows
 * by itself: one that hangs or is gone keeps neither Houston nor the other faces waiting.
 */
export type ChatFace = {
  readonly name: string;
  /** What is so now. Returns at once, and never throws: whatever has to be sent is sent later, as often as it takes. */
  take(moment: Moment): void;
  stop(): Promise<void>;
};

export type Moment = {
  readonly at: UnixMs;
  readonly view: ControlView;
  /** What Houston said since the last moment, oldest first, each once. */
  readonly words: readonly TimelineEntry[];
  /** Since when Houston has not answered; then the view is an old one. */
  readonly silentSince: UnixMs | null;
};

/** One line for the operator of `houston chat`. Never holds a secret. */
export type ChatLog = (level: "info" | "problem", says: string) => void;
