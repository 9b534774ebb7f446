import {
  isBeyond,
  type ClassName,
  type FaultKind,
  type LocationName,
  type Mode,
  type ModeRule,
  type Unanswered,
} from "../estate.ts";
import { locationIndex, rpsAt, totalRps } from "../shift/traffic.ts";
import { trafficNow } from "./demand.ts";
import { partOf } from "./part-of.ts";
import type { Leave } from "./state.ts";
import { estateOf, placesOf, type Turn } from "./turn.ts";
import { classWords, percent, secondsWords } from "./words.ts";

/**
 * How far one may go by itself depends on what it is: the night watch may put out a small fire, and wakes somebody for a large one. A rule
 * says so for some classes, kinds of fault and shares of all traffic; what none fits goes by the mode. In `observe` no rule moves anybody.
 */

/** A move that is looked at: of whom, for what, and how much of them. */
export type Move = Pick<Leave, "classes" | "zones" | "share" | "from"> & {
  readonly locations: readonly LocationName[];
  /** Null: it is for no fault. */
  readonly fault: FaultKind | null;
  /** Of each class so much moves, in requests a second; absent: that share of what the locations have. */
  readonly rps?: Readonly<Record<ClassName, number>>;
};

export type Permission = { readonly mode: Mode; readonly unanswered: Unanswered };

/** Long enough to wake up and read; what waits longer stays as it is. */
const DENIED: Unanswered = { answer: "deny", afterSeconds: 300 };

/** What may be done with one class of a move. */
export function permissionFor(turn: Turn, move: Move, className: ClassName): Permission {
  const { modeRules = [], unanswered = DENIED, mostMode } = estateOf(turn);
  const rule = turn.now.mode === "observe" ? undefined : modeRules.find((each) => fits(turn, each, move, className));
  const wanted = rule?.mode ?? turn.now.mode;
  const mode = isBeyond(wanted, mostMode) ? mostMode! : wanted;
  const asked = rule?.unanswered ?? unanswered;
  // A yes that nobody says is an act, and wants what an act wants.
  return { mode, unanswered: isBeyond("act", mostMode) ? { ...asked, answer: "deny" } : asked };
}

/** Whether nobody had to be asked about one class of a move, were it small enough for a rule. */
export function mayGoButForShare(turn: Turn, move: Move, className: ClassName): boolean {
  if (permissionFor(turn, move, className).mode === "act" || turn.now.mode === "observe") return false;
  const { modeRules = [], mostMode } = estateOf(turn);
  const first = modeRules.find((each) => fits(turn, { ...each, maxShare: 1 }, move, className));
  return first?.maxShare !== undefined && first.mode === "act" && !isBeyond("act", mostMode);
}

/** With all of its classes at once: what the one says that may least. */
export function permissionForAll(turn: Turn, move: Move): Permission {
  const all = move.classes.map((name) => permissionFor(turn, move, name));
  const least = all.reduce<Permission | undefined>(
    (found, each) => (found === undefined || isBeyond(found.mode, each.mode) ? each : found),
    undefined,
  );
  return least ?? { mode: turn.now.mode, unanswered: DENIED };
}

/** Whether anything at all may be done without a person. */
export function mayActUnasked(turn: Turn): boolean {
  const { modeRules = [], mostMode } = estateOf(turn);
  if (turn.now.mode === "observe" || isBeyond("act", mostMode)) return false;
  return turn.now.mode === "act" || modeRules.some(({ mode }) => mode === "act");
}

/** What a leave that is under way was begun as. */
export const moveOfLeave = (location: LocationName, leave: Leave): Move => ({
  ...leave,
  locations: [location],
  fault: FAULTS[leave.why] ?? null,
});

const FAULTS: Partial<Readonly<Record<Leave["why"], FaultKind>>> = {
  lost: "hard-down",
  gray: "failing",
  path: "path",
  spill: "overload",
};

function fits(turn: Turn, rule: ModeRule, move: Move, className: ClassName): boolean {
  if (rule.classes?.includes(className) === false) return false;
  if (rule.faults !== undefined && (move.fault === null || !rule.faults.includes(move.fault))) return false;
  return rule.maxShare === undefined || shareTaken(turn, rule, move) <= rule.maxShare;
}

/** Of all traffic; where none is known nobody can say that it is little. */
function shareTaken(turn: Turn, rule: ModeRule, move: Move): number {
  const traffic = trafficNow(turn);
  const all = totalRps(estateOf(turn), traffic);
  if (all <= 0) return Infinity;
  const rpsOf = ({ locations, classes, zones, share, from }: Move): number =>
    locations.reduce((sum, name) => {
      const location = locationIndex(estateOf(turn), name);
      const part = partOf(estateOf(turn), { zones });
      return sum + share * rpsAt(part, { assignment: from, traffic, location, classes });
    }, 0);
  const others = placesOf(turn).flatMap(({ name, leave }) =>
    move.locations.includes(name) || leave === null || leave.by !== null || leave.why === "condition"
      ? []
      : [moveOfLeave(name, leave)],
  );
  const classes = move.classes.filter((name) => rule.classes?.includes(name) !== false);
  const { rps } = move;
  const own =
    rps === undefined ? rpsOf({ ...move, classes }) : classes.reduce((sum, name) => sum + (rps[name] ?? 0), 0);
  return (own + others.reduce((sum, each) => sum + rpsOf(each), 0)) / all;
}

/** `act for PUBLIC, hard-down, up to 10 % of all traffic`, as every face says it. */
export function ruleWords({ mode, classes, faults, maxShare, unanswered }: ModeRule): string {
  const what = [
    ...(classes === undefined ? [] : [classWords(classes)]),
    ...(faults === undefined ? [] : [faults.join(" or ")]),
    ...(maxShare === undefined ? [] : [`up to ${percent(maxShare)} of all traffic`]),
  ];
  const late = unanswered === undefined || mode !== "approve" ? "" : ` (${unansweredWords(unanswered)})`;
  return `${mode} for ${what.length === 0 ? "all else" : what.join(", ")}${late}`;
}

/** `no answer within 5 min: deny` */
export const unansweredWords = ({ answer, afterSeconds }: Unanswered): string =>
  `no answer within ${secondsWords(1000 * afterSeconds)}: ${answer}`;
