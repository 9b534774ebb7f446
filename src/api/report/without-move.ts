import { control, initialControl, type ControlState } from "../../core/control.ts";
import { trafficNow } from "../../core/control/demand.ts";
import { openTurn } from "../../core/control/turn.ts";
import type { ControlEvent } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import { HEALTHY_BAR_NATS } from "../../core/judge/bar.ts";
import { locationIndex, rpsAt } from "../../core/shift/traffic.ts";
import type { Reason, UnixMs } from "../../core/step.ts";
import type { LogStore, Snapshot } from "../../drivers/store/contract.ts";
import type { Frame } from "../../runtime/frame.ts";
import type { Kept } from "../../runtime/recorder.ts";
import { gently } from "../gently.ts";
import type { WithoutMove } from "./incident-report.ts";

/**
 * The log of an incident decided again, with the mode `observe`: what would have been said, and how many requests would have been hurt
 * had their users stayed. The log holds what the nodes saw, and they saw a world in which users were moved; so how bad the place would have been to those
 * who left it is an assumption, and it is told with the figure.
 */
export async function withoutMove(question: {
  readonly store: LogStore;
  readonly version: string;
  readonly location: LocationName;
  readonly openedAt: UnixMs;
  /** Null: it is still open. */
  readonly closedAt: UnixMs | null;
  readonly now: UnixMs;
  /** How much was out at each moment. */
  readonly frames: readonly Frame[];
  readonly signal: AbortSignal;
}): Promise<WithoutMove> {
  const { store, location, openedAt } = question;
  if (!question.frames.some((frame) => (placeIn(frame, location)?.movedShare ?? 0) > 0))
    return { kind: "nothing-moved" };
  const start = await startOf(store, { at: openedAt, version: question.version });
  if (typeof start === "string") return { kind: "unknown", why: start };
  const limitAt = openedAt + REPLAYED_MS_MAX;
  const until = Math.min(question.closedAt ?? question.now, limitAt);
  const outShare = outShares(question.frames, location);
  const arrivedShare = outShares(question.frames, location);
  const seen: Seen = { hurtShare: 0, hurt: 0, hurtWithout: 0, lastAt: null };
  const wouldHave: (Reason & { readonly at: UnixMs })[] = [];
  let wouldHaveMore = 0;
  let state = start.state;
  let wellAt: UnixMs | null = null;
  for await (const event of gently(eventsOf(store, { after: start.seq, until }), question.signal)) {
    const asked = unmoved(event);
    if (asked === null) continue;
    const stepped = control(state, asked);
    state = stepped.state;
    if (event.at < openedAt) continue;
    for (const each of stepped.reasons.filter(({ code }) => WOULD.has(code))) {
      if (wouldHave.length < WOULD_MAX) wouldHave.push({ at: event.at, ...each });
      else wouldHaveMore += 1;
    }
    if (event.event !== "tick" || (seen.lastAt !== null && event.at - seen.lastAt < SAMPLE_MS)) continue;
    if (isWellAgain(state, location, outShare(event.at))) {
      wellAt = event.at;
      break;
    }
    const ttlMs = (state.estate?.ttlSeconds ?? 0) * 1000;
    sample(seen, { state, location, at: event.at, arrivedShare: arrivedShare(event.at - ttlMs) });
  }
  const untilWhy =
    wellAt !== null
      ? "well-again"
      : until === limitAt
        ? "limit"
        : question.closedAt === null
          ? "report"
          : "incident-over";
  return {
    kind: "estimate",
    hurt: Math.round(seen.hurt),
    hurtWithout: Math.round(seen.hurtWithout),
    until: wellAt ?? until,
    untilWhy,
    assumes: ASSUMES,
    wouldHave,
    ...(wouldHaveMore === 0 ? {} : { wouldHaveMore }),
  };
}

const ASSUMES =
  "those who left would have been hurt as much as those who were last seen there (all of them while it answered nobody), and their number is what their zones " +
  "asked for wherever they went; while it answered nobody, those who were sent elsewhere count as served a TTL later; how bad it would have been under the whole load nobody saw";

/** Half an hour of the log is two seconds of work; what goes on for longer is said to go on. */
const REPLAYED_MS_MAX = 30 * 60_000;
/** Nodes report each second. */
const SAMPLE_MS = 1_000;
/** What a location does to its users is believed while it has at least this much of them. */
const SEEN_SHARE = 0.1;
/** Decided, for want of which there would have been a move. */
const WOULD: ReadonlySet<string> = new Set(["would", "verdict", "lost", "found"]);
const WOULD_MAX = 50;

type Start = { readonly state: ControlState; readonly seq: number };

/** Where the replay begins; a text: why it can't. */
async function startOf(
  store: LogStore,
  { at, version }: { readonly at: UnixMs; readonly version: string },
): Promise<Start | string> {
  const snapshot = await store.snapshotBy(at);
  if (snapshot !== null) return stateOf(snapshot, version);
  // The log still goes back to its very beginning.
  if ((await store.oldestSnapshot()) === null) return { state: initialControl(), seq: 0 };
  return "the log of that time is kept for two hours, and it is gone";
}

function stateOf(snapshot: Snapshot, version: string): Start | string {
  if (snapshot.version !== version)
    return `the log of that time was written by version ${snapshot.version}, and this is ${version}`;
  const { control: state } = snapshot.state as Kept<ControlState>;
  const observed = state.estate === null ? null : { ...state.estate, mode: "observe" as const };
  return { state: { ...state, estate: observed, mode: "observe", modeThen: null }, seq: snapshot.seq };
}

async function* eventsOf(
  store: LogStore,
  range: { readonly after: number; readonly until: UnixMs },
): AsyncGenerator<ControlEvent> {
  for await (const batch of store.read(range.after)) {
    if (batch.at > range.until) return;
    yield* batch.events;
  }
}

/** The event as it would have been; null: it would not have been. */
function unmoved(event: ControlEvent): ControlEvent | null {
  if (event.event === "order") return null;
  return event.event === "config" ? { ...event, estate: { ...event.estate, mode: "observe" } } : event;
}

type Seen = { hurtShare: number; hurt: number; hurtWithout: number; lastAt: UnixMs | null };

function sample(
  seen: Seen,
  then: {
    readonly state: ControlState;
    readonly location: LocationName;
    readonly at: UnixMs;
    /** How much was out a TTL ago: whoever was sent elsewhere since may still hold the old address. */
    readonly arrivedShare: number;
  },
): void {
  const { state, location, at } = then;
  const place = state.places[location];
  if (state.estate === null || state.home === null || place === undefined) return;
  const seconds = seen.lastAt === null ? 0 : (at - seen.lastAt) / 1000;
  seen.lastAt = at;
  const staysRps = rpsAt(state.estate, {
    assignment: state.home,
    traffic: trafficNow(openTurn(state, at)),
    location: locationIndex(state.estate, location),
    classes: state.estate.classes.map(({ name }) => name),
  });
  const own = place.summary?.own;
  const servedRps = own?.load.servedRps ?? 0;
  if (place.lostAt !== null) {
    seen.hurt += seconds * staysRps * (1 - then.arrivedShare);
    seen.hurtWithout += seconds * staysRps;
    return;
  }
  if (own !== undefined && servedRps >= SEEN_SHARE * staysRps) seen.hurtShare = own.usersHurt;
  seen.hurt += seconds * servedRps * (own?.usersHurt ?? 0);
  seen.hurtWithout += seconds * Math.max(servedRps, staysRps) * seen.hurtShare;
}

/** By the proof that lets Houston give users back. While they are there they would show it themselves. */
function isWellAgain(state: ControlState, location: LocationName, outShare: number): boolean {
  const place = state.places[location];
  if (place === undefined || place.lostAt !== null || outShare === 0) return false;
  return (place.summary?.own.healthyNats ?? 0) >= HEALTHY_BAR_NATS && place.summary?.own.verdict === "healthy";
}

/** What frames say, in a straight line from one to the next; for moments that only grow. */
function outShares(frames: readonly Frame[], location: LocationName): (at: UnixMs) => number {
  const shareIn = (frame: Frame | undefined): number =>
    frame === undefined ? 0 : (placeIn(frame, location)?.movedShare ?? 0);
  let next = 0;
  return (at) => {
    while (next < frames.length && frames[next]!.at <= at) next += 1;
    const [before, after] = [frames[next - 1], frames[next]];
    if (before === undefined || after === undefined) return shareIn(before);
    const passed = (at - before.at) / (after.at - before.at);
    return shareIn(before) + passed * (shareIn(after) - shareIn(before));
  };
}

function placeIn(frame: Frame, location: LocationName): Frame["locations"][number] | undefined {
  return frame.locations.find(({ name }) => name === location);
}
