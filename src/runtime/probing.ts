import type { LocationName } from "../core/estate.ts";
import type { ProbeReading } from "../core/reading.ts";
import type { UnixMs } from "../core/step.ts";
import {
  BUY_WITHIN_MS,
  PROBE_WITHIN_MS,
  type Journey,
  type ProbeAnswer,
  type ProbeDriver,
} from "../drivers/probe/contract.ts";
import type { Cancel, Clock } from "./clock.ts";

/**
 * Night watchmen with one timetable: everyone knows by name and time alone whose turn it is to look where, so nobody
 * has to agree on anything. The first who sees something bad rings the bell, and then all look at once.
 *
 * 1. At rest each location is looked at every 500 ms by one vantage, and one test checkout is made every 2 s.
 * 2. A look that is late or gets no answer makes every vantage look, at most twice a second and location. Who sees most of the world
 *    failing is itself the suspect, and rings for nobody; nobody rings more than RINGS_MAX times in a second.
 * 3. While a location fails for us we look again by ourselves, and slower after a while.
 * 4. Never more than IN_FLIGHT_MAX looks of ours are under way.
 * 5. Where `leastPatienceMs` is given, a look that takes ten times as long as usual has failed: whoever takes 2 s instead of 2 ms serves
 *    nobody. A quarter of that is worth a bell.
 */
export type Probing = {
  /** Another node says that it saw this location fail. */
  asked(location: LocationName): void;
  setUnreachable(locations: readonly LocationName[]): void;
  readonly counters: ProbingCounters;
  stop(): void;
};

export type ProbingCounters = {
  looks: number;
  failed: number;
  skipped: number;
  rung: number;
  asked: number;
  /** Looks that are void, for we were late ourselves. */
  late: number;
  /** Failed looks by journey and what went wrong. */
  readonly failures: Record<string, number>;
};

export const BROWSE_EVERY_MS = 500;
export const BUY_EVERY_MS = 2000;
/** An answer that is later than this plus the way there and back is worth a bell, though not yet a failure. */
const OVERDUE_MS = 600;
const LOOK_GAP_MS = 500;
/** Between the beginnings of two looks at what fails, where looks are given up on early: three silences take a second, and who pauses for less is not lost. */
const HASTY_LOOK_GAP_MS = 350;
/** Of the patience: a bell costs the others one look. */
const BELL_SHARE = 0.25;
/** So many times as long as usual is too long; known after so many good looks. */
const TOO_LONG_TIMES = 10;
const USUAL_AFTER_LOOKS = 10;
const USUAL_MEMORY_LOOKS = 30;
/** After so many failed looks in a row the place is known to be bad: look slower, and ring seldom. */
const KNOWN_BAD_LOOKS = 10;
const KNOWN_BAD_GAP_MS = 2000;
const RING_GAP_MS = 500;
const KNOWN_BAD_RING_GAP_MS = 5000;
/** Two lost locations at once, twice a second. */
const RINGS_MAX = 4;
const IN_FLIGHT_MAX = 12;
const IN_FLIGHT_PER_LOCATION_MAX = 4;
/** A timer that rings later than this says more of us than of them. */
const LATE_MS = 400;

type Target = {
  readonly name: LocationName;
  readonly index: number;
  inFlight: number;
  failedLooks: number;
  lookedAt: UnixMs;
  askedAt: UnixMs;
  rungAt: UnixMs;
  /** What good looks took, what it took beyond that to ask for them, and how many there were: the first two as a mean of logarithms, which a hiccup hardly moves. */
  usualLogMs: number;
  askingLogMs: number;
  goodLooks: number;
  again: Cancel | null;
};

export function startProbing(options: {
  readonly clock: Clock;
  readonly location: LocationName;
  /** All configured locations in the estate's order: the timetable's rows. */
  readonly locations: readonly LocationName[];
  readonly roundTripMs: Readonly<Record<LocationName, number>>;
  /** Null: it looks at nobody. */
  readonly driver: ProbeDriver | null;
  readonly result: (reading: ProbeReading) => void;
  /** Rings the bell: asks all others to look at this location now. */
  readonly ring: (location: LocationName) => void;
  /**
   * What takes ten times as long as usual, and longer than this, has failed. Absent: what is usual is not asked for, as where all
   * locations share one machine, whose stalls are no place's.
   */
  readonly leastPatienceMs?: number;
}): Probing {
  const { clock, location, locations, driver } = options;
  const counters: ProbingCounters = { looks: 0, failed: 0, skipped: 0, rung: 0, asked: 0, late: 0, failures: {} };
  if (driver === null) return { counters, asked: () => {}, setUnreachable: () => {}, stop: () => {} };
  const buys = driver.journeys.includes("buy");
  const me = locations.indexOf(location);
  const targets = new Map<LocationName, Target>();
  locations.forEach((name, index) => {
    if (index === me) return;
    targets.set(name, {
      name,
      index,
      inFlight: 0,
      failedLooks: 0,
      lookedAt: 0,
      askedAt: 0,
      rungAt: 0,
      usualLogMs: 0,
      askingLogMs: 0,
      goodLooks: 0,
      again: null,
    });
  });
  let unreachable: ReadonlySet<LocationName> = new Set();
  let rings: UnixMs[] = [];
  let inFlight = 0;
  let looks = 0;
  let stopped = false;

  const { leastPatienceMs } = options;
  const gapMs = leastPatienceMs === undefined ? LOOK_GAP_MS : HASTY_LOOK_GAP_MS;

  /** Null: as long as the driver waits. Who has been bad for long is given all the time that there is to prove that it is back. */
  const patienceMs = ({ usualLogMs, goodLooks, failedLooks }: Target): number | null => {
    if (leastPatienceMs === undefined || goodLooks < USUAL_AFTER_LOOKS || failedLooks >= KNOWN_BAD_LOOKS) return null;
    return Math.min(PROBE_WITHIN_MS, Math.max(leastPatienceMs, TOO_LONG_TIMES * Math.exp(usualLogMs)));
  };

  const learnUsual = (target: Target, ms: number, tookMs: number): void => {
    // What one takes that comes back is its usual from now on.
    if (target.failedLooks >= KNOWN_BAD_LOOKS) target.goodLooks = 0;
    target.goodLooks += 1;
    const share = 1 / Math.min(target.goodLooks, USUAL_MEMORY_LOOKS);
    target.usualLogMs += share * (logMs(ms) - target.usualLogMs);
    target.askingLogMs += share * (logMs(tookMs - ms) - target.askingLogMs);
  };

  const look = async (target: Target, journey: Journey): Promise<void> => {
    if (stopped) return;
    if (inFlight >= IN_FLIGHT_MAX || target.inFlight >= IN_FLIGHT_PER_LOCATION_MAX) {
      counters.skipped += 1;
      return;
    }
    inFlight += 1;
    target.inFlight += 1;
    const began = clock.now();
    target.lookedAt = began;
    counters.looks += 1;
    looks += 1;
    const patience = journey === "browse" ? patienceMs(target) : null;
    const overdueMs =
      patience === null
        ? OVERDUE_MS + 2 * (options.roundTripMs[target.name] ?? 0)
        : patience * BELL_SHARE + 2 * Math.exp(target.askingLogMs);
    const overdue = journey === "browse" ? clock.after(overdueMs, () => suspicious(target)) : null;
    const answer = unreachable.has(target.name)
      ? await cutLink(clock)
      : await driver.probe({
          location: target.name,
          journey,
          key: `probe-${location}-${target.lookedAt}-${looks}`,
          ...(patience !== null && { withinMs: patience }),
        });
    overdue?.();
    inFlight -= 1;
    target.inFlight -= 1;
    if (stopped) return;
    if (answer === null) {
      counters.skipped += 1;
      return;
    }
    const tookMs = clock.now() - began;
    const allowedMs =
      (patience ?? (journey === "buy" ? BUY_WITHIN_MS : PROBE_WITHIN_MS)) +
      2 * Math.exp(target.askingLogMs) +
      LATE_MS +
      4 * (options.roundTripMs[target.name] ?? 0);
    if (!answer.ok && answer.why === "timeout" && tookMs > allowedMs) {
      // Our own alarm clock rang late: we were asleep, and the answer may lie unread in our pocket.
      counters.late += 1;
      return;
    }
    options.result({
      at: clock.now(),
      signal: "probe",
      location: target.name,
      vantage: location,
      journey,
      ok: answer.ok,
      ms: answer.ms,
      ...(answer.ok ? {} : { why: answer.why }),
    });
    if (answer.ok) {
      if (journey === "browse") learnUsual(target, answer.ms, tookMs);
      target.failedLooks = 0;
      target.again?.();
      target.again = null;
      return;
    }
    counters.failed += 1;
    const how = `${journey} ${answer.why}`;
    counters.failures[how] = (counters.failures[how] ?? 0) + 1;
    target.failedLooks += 1;
    // A clear no is an answer: it counts, and is no reason for fourteen others to come running to a place that is full.
    if (callsOthers(answer.why)) suspicious(target);
  };

  const mayRing = (now: UnixMs): boolean => {
    rings = rings.filter((at) => now - at < 1000);
    const failing = [...targets.values()].filter((each) => each.failedLooks > 0).length;
    return rings.length < RINGS_MAX && (failing < 2 || failing * 2 < targets.size);
  };

  const suspicious = (target: Target): void => {
    if (stopped) return;
    const now = clock.now();
    const knownBad = target.failedLooks >= KNOWN_BAD_LOOKS;
    // Who was just asked need not ask: the one who asked has asked everybody.
    const others = now - target.askedAt < RING_GAP_MS;
    if (!others && now - target.rungAt >= (knownBad ? KNOWN_BAD_RING_GAP_MS : RING_GAP_MS) && mayRing(now)) {
      target.rungAt = now;
      rings.push(now);
      counters.rung += 1;
      options.ring(target.name);
    }
    if (knownBad) return lookAgain(target, KNOWN_BAD_GAP_MS);
    lookAgain(target, leastPatienceMs === undefined ? gapMs : Math.max(0, target.lookedAt + gapMs - now));
  };

  const lookAgain = (target: Target, inMs: number): void => {
    target.again ??= clock.after(inMs, () => {
      target.again = null;
      void look(target, "browse");
    });
  };

  let lastSlot = Math.floor(clock.now() / BROWSE_EVERY_MS);
  let waiting: Cancel | null = null;
  const pending = new Set<Cancel>();
  const later = (ms: number, run: () => void): void => {
    const cancel = clock.after(ms, () => {
      pending.delete(cancel);
      run();
    });
    pending.add(cancel);
  };
  const turn = (): void => {
    const slot = Math.floor(clock.now() / BROWSE_EVERY_MS);
    if (slot > lastSlot) {
      lastSlot = slot;
      for (const target of targets.values()) {
        const share = target.index / locations.length;
        if (vantageAt(slot, target.index, locations.length) === me) {
          later(share * BROWSE_EVERY_MS, () => void look(target, "browse"));
        }
        const perBuy = BUY_EVERY_MS / BROWSE_EVERY_MS;
        if (buys && slot % perBuy === 0 && vantageAt(slot / perBuy, target.index, locations.length) === me) {
          later(share * BUY_EVERY_MS, () => void look(target, "buy"));
        }
      }
    }
    waiting = clock.after((lastSlot + 1) * BROWSE_EVERY_MS - clock.now() + 1, turn);
  };
  turn();

  return {
    counters,
    asked(name) {
      const target = targets.get(name);
      if (!target) return;
      counters.asked += 1;
      const now = clock.now();
      target.askedAt = now;
      if (now - target.lookedAt >= gapMs) void look(target, "browse");
      // With few vantages each looks so often that it would often be asked just too soon.
      else if (leastPatienceMs !== undefined) lookAgain(target, target.lookedAt + gapMs - now);
    },
    setUnreachable(names) {
      unreachable = new Set(names);
    },
    stop() {
      stopped = true;
      waiting?.();
      for (const cancel of pending) cancel();
      for (const target of targets.values()) target.again?.();
    },
  };
}

/** Whose turn it is to look at a location in a slot: the others one after another, each location shifted by one. */
export function vantageAt(slot: number, target: number, locations: number): number {
  if (locations < 2) return -1;
  const turn = (slot + target) % (locations - 1);
  return turn < target ? turn : turn + 1;
}

function cutLink(clock: Clock): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    clock.after(PROBE_WITHIN_MS, () => {
      resolve({ ok: false, ms: PROBE_WITHIN_MS, why: "timeout", says: "the link is cut" });
    });
  });
}

const logMs = (ms: number): number => Math.log(Math.max(1, ms));

const callsOthers = (why: string): boolean =>
  why === "refused" || why === "reset" || why === "timeout" || why === "error";
