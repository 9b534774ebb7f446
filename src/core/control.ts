import type { ControlEffect, ControlEvent } from "./control-contract.ts";
import { takeConditions } from "./control/conditions.ts";
import { decide, type Ordered } from "./control/decide.ts";
import {
  takeCapacity,
  takeConfig,
  takeDemand,
  takeForecast,
  takeHeldVersion,
  takeProven,
  takeSummary,
} from "./control/intake.ts";
import { restateDefaults } from "./control/permission.ts";
import { takePublishOutcome } from "./control/publish.ts";
import { takeScaleOutcome } from "./control/scale.ts";
import type { ControlState } from "./control/state.ts";
import { closeTurn, openTurn, reason, type Turn } from "./control/turn.ts";
import type { Step, Stepped } from "./step.ts";

export { initialControl, type ControlState } from "./control/state.ts";
export { viewOf } from "./control/view.ts";

/**
 * The heart: summaries, orders and outcomes go in; route tables, scale targets and words come out. Pure and
 * byte for byte the same for the same events, so a restarted Houston replays its log and goes on.
 * What it keeps to is in docs/invariants.md.
 */
export const control: Step<ControlState, ControlEvent, ControlEffect> = (state, event) => {
  if (event.event !== "config" && state.estate === null) return tooEarly(state, event.event);
  const turn = openTurn(state, event.at);
  take(turn, event);
  return { state: closeTurn(turn), effects: turn.effects, reasons: turn.reasons };
};

/**
 * What a turn would decide at this moment, with an order or by itself: for previews. It is the very turn, but for the table at its end, whose
 * contingencies take most of the time.
 */
export function tryTurn(state: ControlState, ordered: Ordered | null): Stepped<ControlState, ControlEffect> {
  if (state.estate === null) return tooEarly(state, "order");
  const turn = openTurn(state, state.at);
  decide(turn, ordered, true);
  return { state: closeTurn(turn), effects: turn.effects, reasons: turn.reasons };
}

function tooEarly(state: ControlState, what: ControlEvent["event"]): Stepped<ControlState, ControlEffect> {
  return { state, effects: [], reasons: [{ code: "not-configured", says: `${what} came before the configuration` }] };
}

/** Facts are only kept; decisions are taken at ticks and at orders, which must not wait. */
function take(turn: Turn, event: ControlEvent): void {
  switch (event.event) {
    case "config":
      takeConfig(turn, event.estate);
      return restateDefaults(turn);
    case "summary":
      return takeSummary(turn, event.summary);
    case "capacity":
      return takeCapacity(turn, event.capacity);
    case "demand":
      return takeDemand(turn, event.demand);
    case "forecast":
      return takeForecast(turn, event.forecast);
    case "proven":
      return takeProven(turn, event.proven);
    case "routeTable":
      return takeHeldVersion(turn, event.version);
    case "conditions":
      return takeConditions(turn, event.answers);
    case "tick":
      return decide(turn, null);
    case "order":
      return decide(turn, { by: event.by, order: event.order });
    case "outcome":
      return takeOutcome(turn, event);
  }
}

function takeOutcome(turn: Turn, event: Extract<ControlEvent, { event: "outcome" }>): void {
  if (event.effect.startsWith("publish-")) return takePublishOutcome(turn, event.effect, event.outcome);
  if (event.effect.startsWith("scale-")) return takeScaleOutcome(turn, event.effect, event.outcome);
  // Words and notices are best effort: servers and the next table say the same.
  if (event.outcome.kind !== "done") reason(turn, "effect-failed", `${event.effect}: ${event.outcome.code}`);
}
