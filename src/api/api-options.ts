import type { Readable } from "node:stream";
import type { ControlState } from "../core/control.ts";
import type { Estate, LocationName } from "../core/estate.ts";
import type { RequestsHeard } from "../core/requests.ts";
import type { UnixMs } from "../core/step.ts";
import type { Timeline } from "../drivers/chat/timeline.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Moment } from "../core/size/question.ts";
import type { Controller } from "../runtime/controller.ts";
import type { Leadership } from "../runtime/leadership.ts";
import type { Transport } from "../runtime/transport.ts";
import type { WorkFeedOptions } from "../runtime/work-feed.ts";
import type { Doubt, DoubtWord, Trace } from "./contract.ts";
import type { Effect } from "./effect.ts";
import type { Tail } from "./tail.ts";

/** What Houston asks the journal of requests. Its errors are `CallerError`s. */
export type JournalDesk = {
  /** What becomes of requests, as it was last heard; null: no journal is known, or none has answered yet. */
  readonly requests: () => RequestsHeard | null;
  readonly doubts: (limit: number) => Promise<readonly Doubt[]>;
  readonly doubt: (id: string) => Promise<Doubt>;
  readonly settle: (id: string, word: DoubtWord) => Promise<void>;
};

/** What the API is started with: whom it asks, and what it is. */
export type ApiOptions = {
  readonly clock: Clock;
  readonly token: string;
  readonly estate: Estate;
  readonly addresses: Readonly<Record<LocationName, string>>;
  readonly controller: Controller<ControlState>;
  /** Who may give orders and settle doubts; none, or absent: whoever has the token. */
  readonly people?: readonly string[];
  /** The hours of the coming week with the most that each row will want, the same array while nothing changed; absent: nobody forecasts. */
  readonly weekAhead?: () => Promise<readonly Moment[]>;
  /** Where it is kept whether a location may work; absent: nowhere. */
  readonly keepsWork?: Pick<WorkFeedOptions, "keep" | "say">;
  readonly leadership: Leadership;
  readonly store: LogStore;
  readonly timeline: Timeline;
  readonly transport: Transport;
  readonly version: string;
  readonly tickMs: number;
  readonly trace: (id: string, at?: UnixMs) => Promise<Trace>;
  readonly journal: JournalDesk;
  /** Whether what was decided is what users are told, the newest first; absent: nobody asks. */
  readonly effects?: () => readonly Effect[];
  /** Who still comes to locations that users were led away from; absent: nobody follows them. */
  readonly tails?: () => readonly Tail[];
  /** A location's readings as a recording, out of its node's store. */
  readonly readings: (question: {
    readonly location: LocationName;
    readonly since?: UnixMs;
    readonly until?: UnixMs;
  }) => Promise<Readable>;
};
