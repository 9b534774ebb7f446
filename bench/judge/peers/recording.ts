import type { LocationName } from "../../../src/core/estate.ts";
import type { ProbeReading, Reading } from "../../../src/core/reading.ts";
import { binomial, BOUNDS, seeded } from "../../../test/stories/judge-world.ts";
import { DAY_SECONDS, HealthyWorld, WELL, type Service, type WorldState } from "../healthy-world.ts";
import type { Fault } from "./faults.ts";

/**
 * What everyone in the bench gets to see of the same fifteen locations (healthy-world.ts). Beside their counters: users'
 * beacons by network, two looks a second at each location from vantages in turn, and what a real world has of short trouble
 * that heals by itself and is no fault: requests that fail for one to three seconds, and vantages that hear nothing for a moment.
 */
export type Tick = {
  /** Of the seconds before. */
  readonly second: number;
  readonly at: number;
  readonly seen: ReadonlyMap<LocationName, Seen>;
  /** What each living location's node reads: its counters, its users' beacons, its looks at the others. */
  readonly readings: ReadonlyMap<LocationName, readonly Reading[]>;
};

/** One location from outside, as its users and its callers meet it. */
export type Seen = {
  /** Requests, those that failed, and those that took more than SLOW_MS. */
  readonly users: { readonly total: number; readonly bad: number; readonly slow: number };
  /** The looks at rest, oldest first: whether they got a good answer. */
  readonly looks: readonly boolean[];
};

/** A service level objective of latency: 0.3 % are slower while all is well. */
export const SLOW_MS = 64;

export type RecordingOptions = {
  readonly seed: number;
  readonly tickSeconds: number;
  readonly from?: RecordingState;
  /** What happens from `second` on, to whom. */
  readonly fault?: { readonly what: Fault; readonly location: LocationName; readonly second: number };
};

export type RecordingState = {
  readonly world: WorldState;
  readonly hiccups: Record<LocationName, Hiccup>;
  readonly deaf: Record<LocationName, Hiccup>;
};
type Hiccup = { readonly from: number; readonly until: number; readonly share: number };

export class Recording {
  readonly world: HealthyWorld;
  readonly state: RecordingState;
  readonly #random: () => number;
  readonly #fault: RecordingOptions["fault"];

  constructor({ seed, tickSeconds, from, fault }: RecordingOptions) {
    this.#random = seeded(seed * 7919 + 1);
    this.#fault = fault;
    this.world = new HealthyWorld(seed, {
      tickSeconds,
      usual: USUAL,
      ails: (location, service, second) => this.#ails(location, service, second),
      ...(from === undefined ? {} : { from: from.world }),
    });
    this.state = from ?? { world: this.world.state, hiccups: {}, deaf: {} };
  }

  /** `isSuspected`: at whom everyone looks each second, as our nodes do when a look failed. */
  pass(tick: number, at: number, isSuspected: (location: LocationName) => boolean = () => false): Tick {
    const seconds = this.world.tickSeconds;
    const second = tick * seconds;
    const names = this.world.estate.locations.map(({ name }) => name);
    for (const name of names) {
      this.#mayBegin(this.state.hiccups, name, second, HICCUP_SECONDS);
      this.#mayBegin(this.state.deaf, name, second, DEAF_SECONDS);
    }
    const told = this.world.pass(tick, at);
    const readings = new Map<LocationName, Reading[]>();
    const seen = new Map<LocationName, Seen>();
    for (const name of names) {
      const own = told.get(name)!;
      const { users, beacons } = this.#usersOf(name, own, { second, at });
      if (!this.#isDead(name, second)) readings.set(name, [...own, ...beacons]);
      seen.set(name, { users, looks: [] });
    }
    for (const name of names) {
      const looks = seen.get(name)!.looks as boolean[];
      for (const probe of this.#looksAt(name, names, { second, at, all: isSuspected(name) })) {
        readings.get(probe.vantage)?.push(probe.reading);
        if (probe.atRest) looks.push(probe.reading.ok);
      }
    }
    return { second, at, seen, readings };
  }

  #mayBegin(of: Record<LocationName, Hiccup>, name: LocationName, second: number, [least, most]: Range): void {
    const seconds = this.world.tickSeconds;
    if (this.#random() >= (HICCUPS_A_DAY / DAY_SECONDS) * seconds) return;
    const from = second - seconds + Math.floor(this.#random() * seconds);
    const lasts = least + Math.floor(this.#random() * (most - least + 1));
    of[name] = { from, until: from + lasts, share: HICCUP_LEAST + this.#random() * (HICCUP_MOST - HICCUP_LEAST) };
  }

  #ails(location: LocationName, service: Service, second: number): typeof WELL {
    const hiccup = service === "dynamodb" ? undefined : this.state.hiccups[location];
    const fails = hiccup === undefined ? 0 : hiccup.share * this.#overlap(hiccup, second);
    const fault = this.#fault;
    if (fault === undefined || second <= fault.second) return { fails, slower: 1 };
    const since = second - fault.second;
    const ailment =
      location === fault.location ? fault.what.ails(service, since) : (fault.what.othersAil?.(location, since) ?? WELL);
    return { fails: fails + ailment.fails, slower: ailment.slower };
  }

  #overlap({ from, until }: Hiccup, second: number): number {
    const seconds = this.world.tickSeconds;
    return Math.max(0, Math.min(until, second) - Math.max(from, second - seconds)) / seconds;
  }

  #isHit(name: LocationName, second: number): Fault | null {
    const fault = this.#fault;
    return fault !== undefined && fault.location === name && second > fault.second ? fault.what : null;
  }

  #isDead(name: LocationName, second: number): boolean {
    return this.#isHit(name, second)?.isDead === true;
  }

  /** Each request that a user sends becomes a beacon, also where it does not reach the edge; changes `own` for those. */
  #usersOf(location: LocationName, own: Reading[], { second, at }: { second: number; at: number }) {
    const random = this.#random;
    const hit = this.#isHit(location, second);
    let [users, slowShare] = [{ total: 0, bad: 0, slow: 0 }, 0];
    const beacons: Reading[] = [];
    for (const reading of own)
      if (reading.signal === "latency_hist" && reading.service === "web") slowShare = slowerShare(reading.counts);
    const index = own.findIndex(
      ({ signal, ...each }) => signal === "requests" && "service" in each && each.service === "edge",
    );
    const edge = own[index];
    if (edge?.signal !== "requests") return { users, beacons };
    let [totalLeft, badLeft, shareLeft, cut] = [edge.total, edge.total - edge.good, 1, 0];
    for (const [vantage, share] of NETWORKS) {
      const part = Math.min(1, share / shareLeft);
      const total = binomial(random, totalLeft, part);
      const felt = totalLeft === 0 ? 0 : Math.min(total, badLeft, binomial(random, badLeft, total / totalLeft));
      [totalLeft, badLeft, shareLeft] = [totalLeft - total, badLeft - felt, shareLeft - share];
      const isCut = hit?.cutOff === vantage;
      if (isCut) cut += total;
      const bad = isCut || hit?.isDead === true ? total : felt;
      const overMs = this.world.tickSeconds * 1000;
      beacons.push({ at, location, service: "edge", vantage, signal: "requests", good: total - bad, total, overMs });
      users = {
        total: users.total + total,
        bad: users.bad + bad,
        slow: users.slow + binomial(random, total - bad, slowShare),
      };
    }
    if (cut > 0) own[index] = { ...edge, total: edge.total - cut, good: Math.min(edge.good, edge.total - cut) };
    return { users, beacons };
  }

  *#looksAt(
    location: LocationName,
    names: readonly LocationName[],
    { second, at, all }: { second: number; at: number; all: boolean },
  ): Generator<{ vantage: LocationName; reading: ProbeReading; atRest: boolean }> {
    const to = names.indexOf(location);
    const seconds = this.world.tickSeconds;
    for (let now = second - seconds + 1; now <= second; now++) {
      const turn = (now * 2 + to) % names.length;
      for (let from = 0; from < names.length; from++) {
        const atRest = from === turn || from === (turn + 1) % names.length;
        if (from === to || (!atRest && !all)) continue;
        const vantage = names[from]!;
        const why = this.#whyNot(location, vantage, now);
        const when = at - (second - now) * 1000;
        yield {
          vantage,
          atRest,
          reading: {
            at: when,
            location,
            vantage,
            signal: "probe",
            journey: "browse",
            ms: 20,
            ok: why === null,
            ...(why === null ? {} : { why }),
          },
        };
      }
    }
  }

  #whyNot(location: LocationName, vantage: LocationName, second: number): string | null {
    const hit = this.#isHit(location, second);
    if (hit?.isDead === true) return "refused";
    const deaf = this.state.deaf[vantage];
    if (deaf !== undefined && second > deaf.from && second <= deaf.until) return "timeout";
    // Two vantages live in the network that is cut off.
    if (hit?.cutOff !== undefined && CUT_VANTAGES.includes(vantage)) return "timeout";
    const hiccup = this.state.hiccups[location];
    const isHiccup = hiccup !== undefined && second > hiccup.from && second <= hiccup.until;
    const fails = USUAL + (isHiccup ? hiccup.share : 0) + this.#faultFails(location, second);
    return this.#random() < fails ? "status" : null;
  }

  #faultFails(location: LocationName, second: number): number {
    const fault = this.#fault;
    if (fault === undefined || second <= fault.second) return 0;
    const since = second - fault.second;
    if (location === fault.location) return fault.what.ails("edge", since).fails;
    return fault.what.othersAil?.(location, since).fails ?? 0;
  }
}

function slowerShare(counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const slow = counts.slice(BOUNDS.indexOf(SLOW_MS) + 1).reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : slow / all;
}

type Range = readonly [least: number, most: number];
/** A fifth of what an objective of 99.9 % allows. */
const USUAL = 0.0002;
const NETWORKS = [
  ["users:de", 0.4],
  ["users:fr", 0.3],
  ["users:us", 0.2],
  ["users:jp", 0.1],
] as const;
const CUT_VANTAGES: readonly LocationName[] = ["us-west-2", "us-central1"];
/** Of each location, and of each vantage. */
const HICCUPS_A_DAY = 1;
/** What heals within so many seconds is no fault: a pod that restarts, a switch that learns a new way. */
const HICCUP_SECONDS: Range = [1, 3];
const [HICCUP_LEAST, HICCUP_MOST] = [0.05, 0.2];
const DEAF_SECONDS: Range = [1, 5];
