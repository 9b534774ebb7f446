import { createHash } from "node:crypto";
import { control, initialControl, type ControlState } from "../core/control.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import { recordingLines } from "../runtime/recording-lines.ts";
import { virtualClock } from "./clock.ts";
import { drawFaults, faultWords, type Fault } from "./faults.ts";
import {
  HOUSTON_TICK_MS,
  houstonLife,
  SIMULATION_VERSION,
  type ControlStep,
  type HoustonLife,
} from "./houston-life.ts";
import { life, type Life } from "./life.ts";
import { madePlanet, type MadePlanet } from "./made-planet.ts";
import { network } from "./network.ts";
import { HOUSTON, startSite, type Site, type SiteOptions } from "./node-life.ts";
import { SimulationViolation } from "./violation.ts";
import { watch, type Watch } from "./watch.ts";
import { makeWorld, NAME_SERVER, STEP_MS, type World } from "./world.ts";

/**
 * The very loop that production runs, on a made planet and a made clock: fifteen nodes and the deciding Houston of
 * `src/runtime`, in a world that the seed makes and breaks. First things go wrong, then all faults end and everything
 * must be well again; an umpire who sees the truth looks at every step. The same seed gives the same bytes.
 */
export type SimulationOptions = {
  readonly seed: number;
  /** How long faults may happen; the calm before and the healing after come on top. */
  readonly seconds?: number;
  /** One of SCENARIOS; absent: a swarm of faults drawn from the seed. */
  readonly scenario?: string | null;
  /** What each location has ready beyond its own users' demand, as a multiple of it; absent: the planet's own. */
  readonly roomTimes?: number;
  /** In place of what would be drawn: what goes wrong on this planet, in milliseconds from `fromMs`'s clock. */
  readonly draw?: (planet: MadePlanet, fromMs: UnixMs) => readonly Fault[];
  /** Called after each step of the world, for those who count what no invariant asks for. */
  readonly look?: (seen: Seen) => void;
  /** Invariants that are not held here, because they are what is counted. */
  readonly spared?: readonly string[];
  /** The log is not stepped again at the end: half of the time, where only what happened is of interest. */
  readonly replays?: boolean;
  /** A control to test in place of ours. */
  readonly step?: ControlStep;
  /** Gets what Houston decided on, line by line, also of a run that breaks an invariant: `houston replay` reads it. */
  readonly record?: (lines: AsyncIterable<string>) => Promise<void>;
};

export type Seen = {
  readonly at: UnixMs;
  readonly active: readonly Fault[];
  readonly planet: MadePlanet;
  readonly world: World;
  /** Null while Houston is down. */
  readonly state: ControlState | null;
};

export type SimulationResult = {
  readonly seed: number;
  readonly scenario: string | null;
  readonly seconds: number;
  readonly faults: readonly string[];
  /** Route tables that left Houston, and requests a second that they moved in all. */
  readonly tables: number;
  readonly movedRps: number;
  /** Requests that found nobody, were shed or failed, of all. */
  readonly requests: { readonly total: number; readonly failed: number };
  /** Of the log and every table: the same for the same seed, byte for byte. */
  readonly fingerprint: string;
  readonly decisions: readonly string[];
};

/** Usual latencies are learnt, homes settle. */
const WARM_SECONDS = 9;
const FAULT_SECONDS = 15;
/** When faults have ended, all must be well within so long: a stop alone clears only after 30 s of health. */
const HEAL_SECONDS = 60;
const START = 1_700_000_000_000;
const STORY_LINES = 25;

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed } = options;
  const scenario = options.scenario ?? null;
  const faultSeconds = options.seconds ?? FAULT_SECONDS;
  const planet = madePlanet(seed, options.roomTimes);
  const clock = virtualClock(START);
  const sites = new Map<LocationName, Site>();
  const nameServer = life(clock);
  const lifeOf = (name: string): Life | null =>
    name === HOUSTON ? houston.life() : name === NAME_SERVER ? nameServer : (sites.get(name)?.life ?? null);
  const roads = network({
    clock,
    seed,
    names: planet.names,
    houston: HOUSTON,
    roundTripMs: (a, b) => planet.roundTripMs(a, b),
    lifeOf,
  });
  const fromMs = START + WARM_SECONDS * 1000;
  const untilMs = fromMs + faultSeconds * 1000;
  const { names, sidePaths } = planet;
  const faults = options.draw?.(planet, fromMs) ?? drawFaults({ seed, scenario, names, sidePaths, fromMs, untilMs });
  const hasBeacons = faults.some(({ kind }) => kind === "path");
  const world = makeWorld({ planet, seed, at: START, hasBeacons });
  const umpire = watch({
    planet,
    world,
    faults,
    startedAt: START,
    now: () => clock.now(),
    spared: options.spared ?? [],
  });
  const houston = houstonLife({
    clock,
    planet,
    world,
    network: roads,
    ...(options.step && { step: options.step }),
    decided: (decided) => umpire.decided(decided),
    differs: (says) => umpire.broke("I14", `a restart came to another state: ${says}`),
  });
  const siteOptions: SiteOptions = {
    clock,
    seed,
    planet,
    world,
    network: roads,
    lifeOf,
    noticed: (from, notice) => umpire.noticed(from, notice),
  };
  const stage = actors({ sites, houston, umpire, faults, startSite: (name) => startSite(name, siteOptions), world });

  for (const name of planet.names) sites.set(name, startSite(name, siteOptions));
  await houston.start();
  const faultsEnd = (WARM_SECONDS + faultSeconds) * 1000;
  const requests = { total: 0, failed: 0 };
  let ms = 0;
  // The healing is over when all is well, at the latest when it must be.
  while (ms < faultsEnd || (ms < faultsEnd + HEAL_SECONDS * 1000 && unwell(houston, umpire) !== null)) {
    ms += STEP_MS;
    const at = START + ms;
    await clock.runUntil(at);
    const active = faults.filter(({ fromMs, untilMs }) => fromMs <= at && at < untilMs);
    await stage.act(active, at);
    roads.setFaults(active);
    world.step(at, active);
    umpire.look(at, active);
    options.look?.({ at, active, planet, world, state: houston.controller()?.state() ?? null });
    const { users } = world;
    requests.total += (users.demandRps * STEP_MS) / 1000;
    requests.failed += ((users.unreachedRps + users.shedRps + users.failedRps) * STEP_MS) / 1000;
    lookForBrokenParts(sites, houston, umpire);
    if (umpire.broken !== null) {
      await recorded();
      throw violation();
    }
  }
  await recorded();
  const says = unwell(houston, umpire);
  if (says !== null) umpire.broke("W5", `${HEAL_SECONDS} s after the last fault: ${says}`);
  else if (options.replays ?? true) await replay(houston, umpire, options.step ?? control);
  if (umpire.broken !== null) throw violation();
  return {
    seed,
    scenario,
    seconds: ms / 1000,
    faults: faults.map(words),
    tables: umpire.tables.length,
    movedRps: Math.round(umpire.movedRps),
    requests: { total: Math.round(requests.total), failed: Math.round(requests.failed) },
    fingerprint: createHash("sha256").update(houston.logDigest()).update(JSON.stringify(umpire.tables)).digest("hex"),
    decisions: umpire.decisions,
  };

  async function recorded(): Promise<void> {
    const { store } = houston;
    await options.record?.(
      recordingLines({ store, estate: planet.estate, version: SIMULATION_VERSION, tickMs: HOUSTON_TICK_MS }),
    );
  }

  function words(fault: Fault): string {
    return faultWords({ ...fault, fromMs: fault.fromMs - START, untilMs: fault.untilMs - START });
  }

  function violation(): SimulationViolation {
    const broken = umpire.broken!;
    return new SimulationViolation({
      invariant: broken.invariant,
      says: broken.says,
      seed,
      scenario,
      atSeconds: (broken.at - START) / 1000,
      story: [...faults.map((fault) => `fault: ${words(fault)}`), ...umpire.decisions.slice(-STORY_LINES)],
    });
  }
}

/** Brings processes into the state that the faults of this moment call for. */
function actors(options: {
  readonly sites: Map<LocationName, Site>;
  readonly houston: HoustonLife;
  readonly umpire: Watch;
  readonly faults: readonly Fault[];
  readonly startSite: (name: LocationName) => Site;
  readonly world: ReturnType<typeof makeWorld>;
}): { act(active: readonly Fault[], at: number): Promise<void> } {
  const { sites, houston, umpire, world } = options;
  let isHeld = false;
  return {
    async act(active, at) {
      const has = (kind: Fault["kind"], location?: LocationName): boolean =>
        active.some((fault) => fault.kind === kind && (location === undefined || fault.location === location));
      for (const [name, place] of world.places) {
        const dead = has("hard-down", name);
        const frozen = has("black-hole", name) || has("stall", name);
        const site = sites.get(name);
        if (dead && site !== undefined) {
          site.node.stop();
          site.life.kill();
          sites.delete(name);
        } else if (!dead && site === undefined) {
          world.restart(name, at);
          sites.set(name, options.startSite(name));
        } else if (site !== undefined && frozen !== site.life.isFrozen()) {
          if (frozen) site.life.freeze();
          else site.life.thaw();
        }
        place.silent = dead || frozen;
      }
      if (has("houston-killed") && houston.life() !== null) houston.kill();
      else if (!has("houston-killed") && houston.life() === null) await houston.start();
      const controller = houston.controller();
      if (controller === null || has("hold") === isHeld) return;
      isHeld = !isHeld;
      umpire.held(isHeld ? at : null);
      void controller.order("simulation", { kind: isHeld ? "hold" : "release" });
    },
  };
}

/** W6: neither a node nor Houston stops deciding. */
function lookForBrokenParts(sites: Map<LocationName, Site>, houston: HoustonLife, umpire: Watch): void {
  for (const [name, { node }] of sites) {
    if (node.counters.broken !== null) umpire.broke("W6", `${name}'s judge broke: ${node.counters.broken}`);
  }
  const broken = houston.controller()?.broken();
  if (broken) umpire.broke("W6", `Houston stopped deciding: ${broken.says}`);
}

/** W5: what is not well yet, or null. */
function unwell(houston: HoustonLife, umpire: Watch): string | null {
  const state = houston.controller()?.state();
  return state === undefined ? "Houston is gone" : umpire.unwell(state);
}

/** I14: the log, stepped again from nothing, gives the same state and the same tables, byte for byte. */
async function replay(houston: HoustonLife, umpire: Watch, step: ControlStep): Promise<void> {
  let again = initialControl();
  const tables: string[] = [];
  for await (const batch of houston.store.read(0)) {
    for (const event of batch.events) {
      const stepped = step(again, event);
      again = stepped.state;
      for (const effect of stepped.effects) {
        if (effect.kind !== "publish" || tables.length >= effect.table.version) continue;
        tables.push(JSON.stringify(effect.table));
      }
    }
  }
  if (JSON.stringify(again) !== JSON.stringify(houston.controller()?.state()))
    umpire.broke("I14", "the log gives another state");
  const before = umpire.tables.map((table) => JSON.stringify(table));
  if (before.length !== tables.length || before.some((table, index) => table !== tables[index]))
    umpire.broke("I14", "the log gives other tables");
}
