import type { ControlView, LocationView } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";

/** `GET /api/gate/deploy/{location}`: whether a pipeline may deploy there now. */
export type Gate = {
  readonly location: LocationName;
  readonly allowed: boolean;
  readonly code: GateCode;
  /** One line why. */
  readonly says: string;
};

export type GateCode =
  | "clear"
  | "stopped-deciding"
  | "stale"
  | "blind"
  | "held"
  | "stopped"
  | "bad-deploy"
  | "moving"
  | "receiving"
  | "silent"
  | "failing";

/** A view that is older is of a Houston that stands still, and a location's own word of one that is cut off. */
const SEEN_OLDEST_MS = 30_000;

/**
 * No while a deploy would make things worse or hide what is going on: while Houston can't see, somebody moves or said hold, or a deploy is
 * what is wrong. Whoever rolls a bad deploy back goes past the gate.
 */
export function gateOf(
  location: LocationName,
  seen: { readonly view: ControlView; readonly isBroken: boolean; readonly now: UnixMs },
): Gate {
  const { view, isBroken, now } = seen;
  const place = view.locations.find(({ name }) => name === location);
  const no = (code: GateCode, says: string): Gate => ({ location, allowed: false, code, says });
  if (isBroken) return no("stopped-deciding", "Houston has stopped deciding");
  if (place === undefined || now - view.at > SEEN_OLDEST_MS)
    return no("stale", "Houston stands still: what it last saw is too old to go by");
  if (view.blind) return no("blind", "Houston is blind: it sees fewer than half of the locations");
  if (view.hold !== null) return no("held", `${view.hold.by} holds everything`);
  if (place.hold !== null) return no("held", `${place.hold.by} holds ${location}`);
  if (view.stopped !== null) return no("stopped", view.stopped.says);
  const bad = view.locations.find(({ verdict }) => verdict.verdict === "failing" && verdict.scope === "deploy");
  if (bad !== undefined)
    return no("bad-deploy", `a deploy is what is wrong in ${bad.name}: roll that one back first (past this gate)`);
  if (place.state !== "serving") return no("moving", movingWords(place));
  const guests = view.flows.filter(({ to }) => to === location);
  if (guests.length > 0)
    return no("receiving", `${location} serves users of ${guests.map(({ from }) => from).join(", ")}`);
  if (place.verdict.scope === "watcher" || now - (place.summaryAt ?? 0) > SEEN_OLDEST_MS)
    return no("silent", `nothing is heard of ${location}: a deploy would not be seen`);
  if (place.verdict.verdict === "failing")
    return no("failing", `${location} is failing: find out why before anything changes there`);
  return {
    location,
    allowed: true,
    code: "clear",
    says: `nothing moves at ${location}, and it is ${place.verdict.verdict}`,
  };
}

function movingWords({ name, state }: LocationView): string {
  switch (state) {
    case "serving":
      return `${name} serves`;
    case "draining":
      return `users are leaving ${name}`;
    case "evacuated":
      return `${name} is left, and its users are elsewhere`;
    case "restoring":
      return `users are on their way back to ${name}`;
  }
}
