import type { ControlEffect, ControlEvent } from "../core/control-contract.ts";
import type { Estate } from "../core/estate.ts";
import type { Reason, Step, UnixMs } from "../core/step.ts";
import type { ControlRecordingLine } from "./control-recording.ts";
import { foldDecision, NOTHING_DECIDED } from "./decision-digest.ts";

/** One step of a replay that decided something. */
export type ReplayedStep = {
  readonly at: UnixMs;
  readonly event: ControlEvent["event"];
  readonly effects: readonly ControlEffect[];
  readonly reasons: readonly Reason[];
};

export type ReplayEnd = { readonly steps: number; readonly digest: string };

/** What may be asked otherwise: "what would we have done with another budget?" */
export type ReplayChanges = Partial<Pick<Estate, "needlessMovesPerYear" | "mode" | "restore" | "actWithoutPromise">>;

/**
 * Steps control over what it was once told. Without changes the decisions are those of then, byte for byte; with
 * changes every configuration in the recording is changed alike, and the rest is as it was.
 */
export async function* replayControl<State>(
  lines: AsyncIterable<ControlRecordingLine>,
  options: {
    readonly initial: State;
    readonly step: Step<State, ControlEvent, ControlEffect>;
    readonly changes?: ReplayChanges;
  },
): AsyncGenerator<ReplayedStep, ReplayEnd> {
  let state = options.initial;
  let digest = NOTHING_DECIDED;
  let steps = 0;
  for await (const line of lines) {
    switch (line.kind) {
      case "header":
        continue;
      case "state":
        state = changedState(line.state as State, options.changes);
        digest = line.digest;
        continue;
      case "event": {
        const event = changedEvent(line.event, options.changes);
        const stepped = options.step(state, event);
        state = stepped.state;
        digest = foldDecision(digest, stepped);
        steps += 1;
        const { effects, reasons } = stepped;
        if (effects.length > 0 || reasons.length > 0) yield { at: event.at, event: event.event, effects, reasons };
      }
    }
  }
  return { steps, digest };
}

function changedEvent(event: ControlEvent, changes: ReplayChanges | undefined): ControlEvent {
  if (event.event !== "config" || !changes) return event;
  return { ...event, estate: { ...event.estate, ...changes } };
}

function changedState<State>(state: State, changes: ReplayChanges | undefined): State {
  const { estate } = state as { readonly estate?: Estate | null };
  if (!changes || !estate) return state;
  // The mode in force may be another than the configured one: a person may have set it.
  return {
    ...state,
    estate: { ...estate, ...changes },
    ...(changes.mode === undefined ? {} : { mode: changes.mode, modeThen: null }),
  };
}
