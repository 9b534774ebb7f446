import { trafficNow } from "../core/control/demand.ts";
import { estateFor } from "../core/control/leave.ts";
import { staysWith } from "../core/control/leave-suspects.ts";
import { comingBack } from "../core/control/overtaken.ts";
import { readyRps } from "../core/control/publish.ts";
import { receiversFor, roomOf } from "../core/control/receivers.ts";
import { grownRps } from "../core/control/scale.ts";
import type { Back, ControlState, Leave } from "../core/control/state.ts";
import { openTurn, placeOf, placesOf, type DraftPlace, type Turn } from "../core/control/turn.ts";
import { BUCKETS, type ClassName, type Estate, type LocationName } from "../core/estate.ts";
import { closedBy } from "../core/plan/closed.ts";
import { needsRps } from "../core/plan/room.ts";
import { addedMsOf, type Move } from "../core/plan/what-if.ts";
import { rowToBuckets } from "../core/route/rows.ts";
import type { Assignment } from "../core/route/table.ts";
import { moveBack, moveOut } from "../core/shift/move.ts";
import { loadOf, locationIndex, rowOf, rpsAt, rpsOf, totalRps, type Traffic } from "../core/shift/traffic.ts";

/** What an order would set in motion, carried through to its end as if every receiver grew and stayed well. */
export type OrderMoves = {
  /** Leaves that begin by it, or go further. */
  readonly leaves: readonly { readonly name: LocationName; readonly leave: Leave }[];
  readonly backs: readonly LocationName[];
  readonly movesRps: number;
  readonly shareOfAll: number;
  readonly classes: readonly ClassName[];
  readonly receivers: readonly {
    readonly name: LocationName;
    readonly takesRps: number;
    readonly utilisation: number;
  }[];
  readonly addedMs: { readonly median: number; readonly p95: number };
  /** Who must become ready for more before all of it has moved. */
  readonly grow: readonly { readonly name: LocationName; readonly toRps: number }[];
  /** Wanted elsewhere, and there is no room for it. */
  readonly noRoomRps: number;
};

/**
 * By the same hands as the real steps: who may receive, how far a place may be filled, which chunks stay. Only the pace is left out.
 * `waited` is what had happened by itself, without the order.
 */
export function movesOf(now: ControlState, ordered: ControlState, waited: ControlState): OrderMoves {
  // Before the first table nobody is known to be anywhere.
  if (now.table === null) return NO_MOVES;
  const turn = openTurn(ordered, ordered.at);
  const estate = ordered.estate!;
  const traffic = trafficNow(turn);
  const before = now.table.assignment;
  const leaves = placesOf(turn).flatMap(({ name, leave }) =>
    leave !== null && leaveKey(leave) !== leaveKey(waited.places[name]?.leave) ? [{ name, leave }] : [],
  );
  const backs = placesOf(turn).filter(
    ({ name, back }) => back !== null && backKey(back) !== backKey(waited.places[name]?.back),
  );
  let after = before;
  let noRoomRps = 0;
  for (const { name } of leaves) {
    const gone = leaveAll(turn, { place: placeOf(turn, name), assignment: after, traffic });
    after = gone.assignment;
    noRoomRps += gone.noRoomRps;
  }
  for (const place of backs) {
    const home = comeHome(turn, { place, assignment: after, traffic });
    after = home.assignment;
    noRoomRps += home.noRoomRps;
  }
  const moves = movesBetween(estate, { traffic, before, after });
  const movesRps = moves.reduce((sum, { rps }) => sum + rps, 0);
  const { p50, p95 } = addedMsOf(estate, moves);
  const load = loadOf(estate, after, traffic);
  const took = placesOf(turn)
    .map(({ name }) => ({ name, takesRps: sumTo(moves, name) }))
    .filter(({ takesRps }) => takesRps > 0);
  return {
    leaves,
    backs: backs.map(({ name }) => name),
    movesRps,
    shareOfAll: movesRps / Math.max(1e-9, totalRps(estate, traffic)),
    classes: estate.classes.map(({ name }) => name).filter((name) => moves.some((move) => move.class === name)),
    receivers: took
      .map(({ name, takesRps }) => ({ name, takesRps, utilisation: fullness(turn, name, load[name]!) }))
      .toSorted((a, b) => b.utilisation - a.utilisation || (a.name < b.name ? -1 : 1)),
    addedMs: { median: p50, p95 },
    grow: took.flatMap(({ name }) => growthOf(turn, name, load[name]!)),
    noRoomRps,
  };
}

const NO_MOVES: OrderMoves = {
  leaves: [],
  backs: [],
  movesRps: 0,
  shareOfAll: 0,
  classes: [],
  receivers: [],
  addedMs: { median: 0, p95: 0 },
  grow: [],
  noRoomRps: 0,
};

/** What makes it another leave than before, or one that goes further; how far it has come does not. */
function leaveKey(leave: Leave | null | undefined): string {
  return leave ? JSON.stringify([leave.why, leave.since, leave.by, leave.classes, leave.share, leave.utilisation]) : "";
}

function backKey(back: Back | null | undefined): string {
  return back ? JSON.stringify([back.since, back.by]) : "";
}

type Parting = { readonly place: DraftPlace; readonly assignment: Assignment; readonly traffic: Traffic };
type Parted = { readonly assignment: Assignment; readonly noRoomRps: number };

function leaveAll(turn: Turn, { place, assignment, traffic }: Parting): Parted {
  const estate = turn.now.estate!;
  const leave = place.leave!;
  const location = locationIndex(estate, place.name);
  const { classes, from: base, share } = leave;
  const baseRps = Math.max(1e-6, rpsAt(estate, { assignment: base, traffic, location, classes }));
  const moved = moveOut({
    estate: estateFor(turn, place, leave),
    traffic,
    assignment,
    location: place.name,
    classes,
    base,
    closed: closedBy(turn.now.bars),
    share,
    receivers: receiversFor(turn, { place, leave, assignment, traffic, canaryRps: Infinity }).map((receiver) => ({
      ...receiver,
      roomNowRps: receiver.roomGrownRps,
      stepRps: Infinity,
    })),
    stays: staysWith(turn, leave),
    single: false,
  });
  // Whole buckets are crumbs beside the share that was wanted.
  const hereRps = rpsAt(estate, { assignment, traffic, location, classes });
  const wantedRps = Math.max(0, hereRps - (1 - share) * baseRps);
  const noRoomRps = Math.min(moved.noRoomRps, Math.max(0, wantedRps - moved.movedRps));
  return { assignment: moved.assignment, noRoomRps };
}

function comeHome(turn: Turn, { place, assignment, traffic }: Parting): Parted {
  const estate = turn.now.estate!;
  const { home } = turn.now;
  const { back } = place;
  if (home === null || back === null) return { assignment, noRoomRps: 0 };
  const moved = moveBack({
    estate,
    traffic,
    assignment,
    home,
    base: back.from,
    location: place.name,
    share: comingBack(turn, place, traffic),
    roomRps: roomOf(turn, {
      name: place.name,
      assignment,
      traffic,
      readyRps: { ...readyRps(turn), [place.name]: grownRps(turn, place) },
    }),
    mostRps: Infinity,
    stays: staysWith(turn, null),
  });
  return { assignment: moved.assignment, noRoomRps: moved.notReadyRps };
}

/** Who serves what from another place than before. */
function movesBetween(
  estate: Estate,
  of: { readonly traffic: Traffic; readonly before: Assignment; readonly after: Assignment },
): readonly Move[] {
  const names = estate.locations.map(({ name }) => name);
  const moves: Move[] = [];
  for (const { name: className } of estate.classes) {
    for (const { name: zone } of estate.zones) {
      const [runsBefore, runsAfter] = [rowOf(of.before, className, zone), rowOf(of.after, className, zone)];
      if (runsBefore === runsAfter) continue;
      const [before, after] = [rowToBuckets(runsBefore), rowToBuckets(runsAfter)];
      const sums = new Map<number, number>();
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        if (before[bucket] === after[bucket]) continue;
        const pair = before[bucket]! * names.length + after[bucket]!;
        sums.set(pair, (sums.get(pair) ?? 0) + rpsOf(of.traffic, className, zone, bucket, bucket + 1));
      }
      for (const [pair, rps] of sums) {
        const [from, to] = [names[Math.floor(pair / names.length)]!, names[pair % names.length]!];
        moves.push({ class: className, zone, from, to, rps });
      }
    }
  }
  return moves;
}

function sumTo(moves: readonly Move[], name: LocationName): number {
  return moves.reduce((sum, { to, rps }) => (to === name ? sum + rps : sum), 0);
}

/** Of its capacity; a place that can take nothing and serves something is full. */
function fullness(turn: Turn, name: LocationName, loadRps: number): number {
  const capacityRps = placeOf(turn, name).capacity?.capacityRps ?? 0;
  return capacityRps > 0 ? loadRps / capacityRps : 1;
}

/** As the real leave asks for it: a few per cent on top, so that the last bucket fits too. */
function growthOf(turn: Turn, name: LocationName, loadRps: number): readonly { name: LocationName; toRps: number }[] {
  const place = placeOf(turn, name);
  const wanted = needsRps(loadRps, turn.now.estate!.guards.maxUtilisation);
  if (wanted <= (place.capacity?.readyRps ?? 0)) return [];
  return [{ name, toRps: Math.ceil(Math.min(wanted * 1.03, grownRps(turn, place))) }];
}
