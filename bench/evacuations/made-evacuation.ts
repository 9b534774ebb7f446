import type { LocationName } from "../../src/core/estate.ts";
import type { UnixMs } from "../../src/core/step.ts";
import { chance, type Chance } from "../../src/simulation/chance.ts";
import type { Fault, FaultKind } from "../../src/simulation/faults.ts";
import type { MadePlanet } from "../../src/simulation/made-planet.ts";

/**
 * One evacuation and what makes it hard, drawn from a seed: a location dies or sickens, its receivers' scalers are slow, refuse or lie,
 * demand surges before, amid or after, and in half of the runs a second location is lost: one that has just taken users, or any other, or
 * while the first gets its users back.
 */
const KINDS: readonly FaultKind[] = ["hard-down", "hard-down", "black-hole", "gray", "slow"];
const SECOND_KINDS: readonly FaultKind[] = ["hard-down", "black-hole"];
/** After the first location heals: proof of health takes 10 s, its way back some 35 s. */
const HEALS_AFTER_MS: readonly [number, number] = [6_000, 10_000];
const AMID_RESTORE_MS: readonly [number, number] = [13_000, 40_000];
const LASTS_MS: readonly [number, number] = [14_000, 22_000];
const SECOND_AFTER_MS: readonly [number, number] = [500, 15_000];

/** What locations have ready, as a multiple of their own users' demand: with 1.2 nobody has room for others before it has grown. */
const ROOM_TIMES: readonly [number, number] = [1.2, 1.6];

export function roomTimesOf(seed: number): number {
  return chance(seed, "room").between(...ROOM_TIMES);
}

export function drawEvacuation(seed: number, planet: MadePlanet, fromMs: UnixMs): readonly Fault[] {
  const random = chance(seed, "evacuation");
  const faults: Fault[] = [];
  const add = (fault: Omit<Fault, "other" | "zone">): void => void faults.push({ ...fault, other: null, zone: null });
  const left = planet.names[random.index(planet.names.length)]!;
  const begins = fromMs + random.between(0, 2_000);
  const amidRestore = random.is(0.25);
  const ends = begins + random.between(...(amidRestore ? HEALS_AFTER_MS : LASTS_MS));
  const kind = KINDS[random.index(KINDS.length)]!;
  const size = kind === "gray" ? random.between(0.1, 0.3) : kind === "slow" ? random.between(500, 2_500) : 1;
  add({ kind, location: left, fromMs: begins, untilMs: ends, size });
  const second = amidRestore
    ? ends + random.between(...AMID_RESTORE_MS)
    : random.is(0.35)
      ? begins + random.between(...SECOND_AFTER_MS)
      : null;
  if (second !== null) {
    add({
      kind: SECOND_KINDS[random.index(SECOND_KINDS.length)]!,
      location: secondOf(planet, left, random),
      fromMs: second,
      untilMs: second + random.between(8_000, 15_000),
      size: 1,
    });
  }
  const over = Math.max(...faults.map(({ untilMs }) => untilMs));
  const all = { location: null, fromMs: fromMs - 1_000, untilMs: over };
  const scaler = random.next();
  if (scaler < 0.25) add({ ...all, kind: "cannot-grow", size: 1 });
  else if (scaler < 0.5) add({ ...all, kind: "late-growth", size: random.between(3_000, 15_000) });
  else if (scaler < 0.75) add({ ...all, kind: "lying-scaler", size: random.between(0.2, 0.7) });
  if (random.is(0.6)) {
    const surges = random.between(fromMs - 1_000, over - 5_000);
    add({ kind: "surge", location: null, fromMs: surges, untilMs: over, size: random.between(1.15, 1.4) });
  }
  return faults.toSorted((a, b) => a.fromMs - b.fromMs || (a.kind < b.kind ? -1 : 1));
}

/** Mostly one of the nearest, for those have just taken the users of the first. */
function secondOf(planet: MadePlanet, left: LocationName, random: Chance): LocationName {
  const others = planet.names
    .filter((name) => name !== left)
    .toSorted((a, b) => planet.roundTripMs(left, a) - planet.roundTripMs(left, b) || (a < b ? -1 : 1));
  return others[random.is(0.7) ? random.index(3) : random.index(others.length)]!;
}
