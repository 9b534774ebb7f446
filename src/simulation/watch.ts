import type { ControlState } from "../core/control.ts";
import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../core/estate.ts";
import { checkTable } from "../core/route/check-table.ts";
import { rowToBuckets } from "../core/route/rows.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import type { UnixMs } from "../core/step.ts";
import { isLocationFault, type Fault } from "./faults.ts";
import type { Decided } from "./houston-life.ts";
import type { MadePlanet } from "./made-planet.ts";
import { NAME_SERVER, POISON_BUCKET, type PlaceNow, type World } from "./world.ts";

/**
 * The umpire: it sees the world as it truly is, which Houston does not, and holds every table, notice and second
 * against the numbered invariants of docs/invariants.md (I of control, W of the whole loop).
 */
export type Watch = {
  decided(decided: Decided): void;
  noticed(from: LocationName, notice: LossNotice): void;
  /** After each step of the world. */
  look(at: UnixMs, active: readonly Fault[]): void;
  /** What is not well now that all faults are over, or null. */
  unwell(state: ControlState): string | null;
  held(at: UnixMs | null): void;
  broke(invariant: string, says: string): void;
  readonly tables: readonly RouteTable[];
  /** What has been decided, in lines; the newest last. */
  readonly decisions: readonly string[];
  /** The first that was broken. */
  readonly broken: { readonly invariant: string; readonly says: string; readonly at: UnixMs } | null;
  readonly movedRps: number;
};

/** A table reaches every server that answers within this: a step's look, and a try more. */
const UNDER_WAY_MS = 3_000;
/** Silent for so long, a location is known to be lost: two looks by a majority, and the summaries that say so. */
const KNOWN_LOST_MS = 6_000;
const HOLD_WITHIN_MS = 1_000;
const OVERLOAD_MS = 2_000;
/** Counts scatter, and plans are made of counts: this much over ready is no overload. */
const OVER_SHARE = 0.04;
const GUEST_SHARE = 0.05;
/** Homes are planned once more when demand is first counted; from then on a move is a move. */
const SETTLED_MS = 8_500;
const MINUTE_MS = 60_000;
/** A receiver's share of failing requests that counts as sick. */
const SICK = 0.15;
const DECISIONS_KEPT = 400;
/** At the end, what may fail: what always fails a little. */
const FAILED_SHARE_MAX = 0.01;
const UNSERVED_SHARE_MAX = 0.002;

export function watch(options: {
  readonly planet: MadePlanet;
  readonly world: World;
  readonly faults: readonly Fault[];
  readonly startedAt: UnixMs;
  readonly now: () => UnixMs;
  /** Invariants that are not held. */
  readonly spared: readonly string[];
}): Watch {
  const { planet, world, faults, startedAt, now } = options;
  const { estate, names } = planet;
  const tables: RouteTable[] = [];
  const decisions: string[] = [];
  const silentSince = new Map<LocationName, UnixMs>();
  const silentUntil = new Map<LocationName, UnixMs>();
  const overSince = new Map<LocationName, UnixMs>();
  const versions = new Map<string, number>();
  const sickened = new Set<LocationName>();
  const movedLately: { readonly at: UnixMs; readonly share: number }[] = [];
  const mayMove = faults.some(isLocationFault);
  const pathZones = new Set(faults.flatMap(({ zone }) => (zone === null ? [] : [zone])));
  let home: RouteTable | null = null;
  let heldAt: UnixMs | null = null;
  let active: readonly Fault[] = [];
  let activeChangedAt = startedAt;
  let broken: Watch["broken"] = null;
  let movedRps = 0;

  const broke = (invariant: string, says: string): void => {
    if (!options.spared.includes(invariant)) broken ??= { invariant, says, at: now() };
  };

  const takeTable = (table: RouteTable, state: ControlState): void => {
    const last = tables.at(-1) ?? null;
    if (last !== null && table.version === last.version) return;
    for (const problem of checkTable(table, estate)) broke("I2", problem);
    if (last !== null && table.version < last.version) broke("I1", `table ${table.version} after ${last.version}`);
    tables.push(table);
    const isHeld = heldAt !== null && now() - heldAt > HOLD_WITHIN_MS;
    if (isHeld && Object.keys(table.contingency).length > 0) broke("I7", "a table with contingencies while held");
    if (isHeld && table.providerContingency !== undefined) broke("I7", "a table with contingencies while held");
    lookAtContingencies(table, state);
    if (now() - startedAt >= SETTLED_MS && home === null) home = last ?? table;
    if (last === null || home === null) return;
    const moved = movesOf(last, table);
    if (moved.length === 0) return;
    if (isHeld) broke("I7", `table ${table.version} moves ${wordsOf(moved)} while held`);
    const needless = mayMove ? [] : moved.filter(({ zone }) => !pathZones.has(zone));
    if (needless.length > 0 && pathZones.size > 0)
      broke("W7", `table ${table.version} moves ${wordsOf(needless)}, who are on no bad path`);
    if (needless.length > 0)
      broke("W1", `table ${table.version} moves ${wordsOf(needless)}, and no location is worse than others`);
    for (const move of moved) lookAtMove(move, state);
    const out = moved.filter(({ from, class: className, zone, bucket, to }) => {
      return silentSince.get(from) === undefined && names[homeOf(className, zone)[bucket]!] !== to;
    });
    const share = sum(out) / sum(allChunks());
    movedRps += sum(moved);
    movedLately.push({ at: now(), share });
    const lately = movedLately.filter(({ at }) => now() - at < MINUTE_MS).reduce((all, each) => all + each.share, 0);
    const most = estate.guards.maxShareMovedPerMinute;
    if (lately > most + OVER_SHARE) broke("I5", `${percent(lately)} of all traffic moved within a minute`);
  };

  const isHomeOf = (assignment: RouteTable["assignment"], move: Chunk): boolean =>
    names[rowToBuckets(assignment[move.class]![move.zone]!)[move.bucket]!] === move.to;

  const lookAtMove = (move: Chunk, state: ControlState): void => {
    const place = state.places[move.to]!;
    // What goes back to the dead place that it came from is shed: its receiver caught what killed the sender.
    if (place.lostAt !== null && place.leave !== null && isHomeOf(place.leave.from, move)) return;
    if (place.lostAt !== null) broke("I3", `${wordsOf([move])}, which is known to be lost`);
    if (place.hold !== null) broke("I3", `${wordsOf([move])}, which is held`);
    const since = silentSince.get(move.to);
    if (since !== undefined && now() - since > KNOWN_LOST_MS && !state.blind)
      broke("I3", `${wordsOf([move])}, which has been silent for ${((now() - since) / 1000).toFixed(1)} s`);
    if (place.leave === null || place.back !== null || place.leave.why === "spill") return;
    if (place.leave.why === "path" && !place.leave.zones!.includes(move.zone)) return;
    if (place.leave.why === "condition" && !place.leave.classes.includes(move.class)) return;
    // Only what came from there may be rolled back to there.
    if (!isHomeOf(place.leave.from, move)) broke("I3", `${wordsOf([move])}, which is being left`);
  };

  const lookAtContingencies = (table: RouteTable, state: ControlState): void => {
    const losses = [
      ...names.map((name) => ({ title: name, lost: [name], rows: table.contingency[name] ?? {} })),
      ...Object.entries(table.providerContingency ?? {}).map(([title, { locations, rows }]) => ({
        title,
        lost: locations,
        rows,
      })),
    ];
    for (const { title, lost, rows } of losses) {
      for (const [className, zones] of Object.entries(rows)) {
        for (const [zone, runs] of Object.entries(zones)) {
          const before = rowToBuckets(table.assignment[className]![zone]!);
          const after = rowToBuckets(runs);
          for (let bucket = 0; bucket < BUCKETS; bucket++) {
            if (before[bucket] === after[bucket]) continue;
            const to = names[after[bucket]!]!;
            const place = state.places[to]!;
            if (!lost.includes(names[before[bucket]!]!))
              broke("I3", `the contingency of ${title} moves what is elsewhere`);
            if (lost.includes(to)) broke("I3", `the contingency of ${title} names ${to}, which is lost with it`);
            const isLeft = place.leave !== null && place.leave.why !== "path";
            if (place.lostAt !== null || place.hold !== null || isLeft)
              broke("I3", `the contingency of ${title} names ${to}, which is lost, left or held`);
          }
        }
      }
    }
  };

  const lookAtPlace = (place: PlaceNow, at: UnixMs): void => {
    const { name } = place;
    if (place.silent) silentSince.set(name, silentSince.get(name) ?? at);
    else silentSince.delete(name);
    const over = place.offeredRps > place.readyRps * (1 + OVER_SHARE) + 1;
    const byUs = place.guestRps > GUEST_SHARE * place.readyRps;
    if (place.silent || !over || !byUs || hasSurged()) overSince.delete(name);
    else if (!overSince.has(name)) overSince.set(name, at);
    const since = overSince.get(name);
    if (since !== undefined && at - since > OVERLOAD_MS)
      broke(
        "W2",
        `${name} has ${place.offeredRps.toFixed(0)} of ${place.readyRps.toFixed(0)} rps for ${((at - since) / 1000).toFixed(1)} s, ${place.guestRps.toFixed(0)} of them by our move`,
      );
    if (place.sickness > SICK && faults.some((fault) => fault.kind === "poison-tenant" && fault.location !== name)) {
      sickened.add(name);
      if (sickened.size > 1) broke("I11", `${[...sickened].join(" and ")} sickened by what we sent them`);
    }
    const version = world.version(name);
    if (version < (versions.get(name) ?? 0) && version !== 0) broke("I1", `${name} went back to table ${version}`);
    versions.set(name, version);
  };

  /** Demand that grew after a move is not the move's doing. */
  const hasSurged = (): boolean =>
    active.some(({ kind }) => kind === "surge") && now() - activeChangedAt < 3 * MINUTE_MS;

  const homeOf = (className: ClassName, zone: ZoneName): Uint8Array =>
    rowToBuckets(home!.assignment[className]![zone]!);

  /** Chunks of all rows, to know what all traffic is. */
  const allChunks = (): readonly Chunk[] =>
    estate.classes.flatMap(({ name: className }) =>
      estate.zones.map(({ name: zone }) => ({
        class: className,
        zone,
        bucket: -1,
        from: "",
        to: "",
        rps: planet.demandRps[className]![zone]!,
      })),
    );

  const movesOf = (before: RouteTable, after: RouteTable): Chunk[] => {
    const moves: Chunk[] = [];
    for (const { name: className } of estate.classes) {
      for (const { name: zone } of estate.zones) {
        const old = before.assignment[className]![zone]!;
        const next = after.assignment[className]![zone]!;
        if (old === next) continue;
        const was = rowToBuckets(old);
        const is = rowToBuckets(next);
        for (let bucket = 0; bucket < BUCKETS; bucket++) {
          if (was[bucket] === is[bucket]) continue;
          const rps = planet.demandRps[className]![zone]! * planet.bucketShares[bucket]!;
          moves.push({ class: className, zone, bucket, from: names[was[bucket]!]!, to: names[is[bucket]!]!, rps });
        }
      }
    }
    return moves;
  };

  return {
    tables,
    decisions,
    broke,
    get broken() {
      return broken;
    },
    get movedRps() {
      return movedRps;
    },
    held(at) {
      heldAt = at;
    },
    decided({ event, stepped }) {
      const at = ((now() - startedAt) / 1000).toFixed(2);
      for (const effect of stepped.effects) {
        if (effect.kind === "say") note(`${at}  ${effect.words.what}`);
        if (effect.kind === "publish") {
          note(`${at}  table ${effect.table.version}`);
          takeTable(effect.table, stepped.state);
        }
      }
      if (event.event !== "tick") return;
      const canaries = Object.values(stepped.state.places).filter(
        ({ leave, step }) =>
          leave?.why === "gray" && step !== null && step.lookedAt === null && step.reached <= CANARY_REACHES,
      );
      if (canaries.length > 1) broke("I6", `canaries of ${canaries.map(({ name }) => name).join(" and ")} at once`);
    },
    noticed(from, notice) {
      // Who sees it may be a few seconds behind.
      if (now() - (silentUntil.get(notice.location) ?? 0) > KNOWN_LOST_MS)
        broke("W3", `${from} made a loss notice of ${notice.location}, which answers`);
      const cut = active.find(({ kind, location }) => kind === "cut-off" && location === from);
      if (cut !== undefined && now() - cut.fromMs > KNOWN_LOST_MS)
        broke("W4", `${from} is cut off and made a loss notice of ${notice.location}`);
    },
    look(at, nowActive) {
      if (nowActive.length !== active.length) activeChangedAt = at;
      active = nowActive;
      // Slower than a probe waits is as good as silent.
      for (const { kind, location } of active) if (kind === "slow" && location !== null) silentUntil.set(location, at);
      for (const place of world.places.values()) {
        if (place.silent) silentUntil.set(place.name, at);
        lookAtPlace(place, at);
      }
      const version = world.version(NAME_SERVER);
      if (version < (versions.get(NAME_SERVER) ?? 0)) broke("I1", `the name server went back to table ${version}`);
      versions.set(NAME_SERVER, version);
    },
    unwell(state) {
      const { users } = world;
      const unserved = (users.unreachedRps + users.shedRps) / users.demandRps;
      if (unserved > UNSERVED_SHARE_MAX + apartShare(state))
        return `${percent(unserved)} of users' requests find nobody`;
      const failed = users.failedRps / users.demandRps;
      if (failed > FAILED_SHARE_MAX) return `${percent(failed)} of users' requests fail`;
      if (state.blind) return "Houston is blind";
      if (state.hold !== null || state.stopped !== null) return state.stopped?.says ?? "Houston is held";
      for (const name of names) {
        const place = state.places[name]!;
        if (place.state === "draining") return `${name} is still draining`;
        if (place.lostAt !== null) return `${name} is still taken to be lost`;
      }
      // One that has just left is still on its way to them.
      const newest = tables.findLast(({ at }) => now() - at > UNDER_WAY_MS)?.version ?? 0;
      for (const server of [...names, NAME_SERVER]) {
        const version = world.version(server);
        if (version < newest) return `${server} answers from table ${version}, not ${newest}`;
      }
      return null;
    },
  };

  function note(line: string): void {
    decisions.push(line);
    if (decisions.length > DECISIONS_KEPT) decisions.shift();
  }

  function apartShare(state: ControlState): number {
    return state.apart.some(({ location }) => location === null) ? planet.bucketShares[POISON_BUCKET]! : 0;
  }
}

const CANARY_REACHES = 0.06;

type Chunk = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly bucket: number;
  readonly from: LocationName;
  readonly to: LocationName;
  readonly rps: number;
};

const sum = (chunks: readonly Chunk[]): number => chunks.reduce((all, { rps }) => all + rps, 0);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function wordsOf(moves: readonly Chunk[]): string {
  const pairs = new Map<string, number>();
  for (const { from, to, rps } of moves) pairs.set(`${from} -> ${to}`, (pairs.get(`${from} -> ${to}`) ?? 0) + rps);
  return [...pairs].map(([pair, rps]) => `${pair} (${rps.toFixed(1)} rps)`).join(", ");
}
