import type { LocationName, ZoneName } from "../core/estate.ts";
import type { Path } from "../core/plan/bad-paths.ts";
import { chance, type Chance } from "./chance.ts";

/** What may go wrong in a simulation, and when: drawn from the seed, so that a seed says everything. */
export type Fault = {
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly location: LocationName | null;
  /** The other end of a cut link. */
  readonly other: LocationName | null;
  /** Whose users' way to the location is bad. */
  readonly zone: ZoneName | null;
  /** How bad: a failing share, extra milliseconds, a factor of demand; see `SIZES`. */
  readonly size: number;
};

/** These make a location worse than the others, so leaving it is no needless move. */
export const LOCATION_FAULTS = [
  "hard-down",
  "black-hole",
  "gray",
  "slow",
  "provider-brownout",
  "poison-tenant",
] as const;
/** These are no reason to leave any place. */
export const HARMLESS_FAULTS = [
  "bad-deploy",
  "link",
  "cut-off",
  "summaries-lost",
  "cannot-grow",
  "late-growth",
  "houston-killed",
  "surge",
  "stall",
  "hold",
] as const;
/** Only where they are asked for: nobody can know of a lie before it shows, so W2 can't hold. */
export const ASKED_FAULTS = ["lying-scaler"] as const;

/** Only users of a zone are hurt, on their way: a reason to move those, and nobody else. */
export const PATH_FAULTS = ["path"] as const;

export type FaultKind =
  | (typeof LOCATION_FAULTS)[number]
  | (typeof HARMLESS_FAULTS)[number]
  | (typeof ASKED_FAULTS)[number]
  | (typeof PATH_FAULTS)[number];
/** What a swarm draws from, but for paths. */
const FAULT_KINDS: readonly FaultKind[] = [...LOCATION_FAULTS, ...HARMLESS_FAULTS];
/** Seldom in a swarm: users' beacons are told only where one is, which takes time. */
const PATH_SHARE = 0.15;

/** Least and most of each fault's size. */
const SIZES: Readonly<Record<FaultKind, readonly [number, number]>> = {
  "hard-down": [1, 1],
  "black-hole": [1, 1],
  gray: [0.05, 0.3],
  slow: [300, 2500],
  "provider-brownout": [4, 10],
  "poison-tenant": [0.35, 0.35],
  "bad-deploy": [0.1, 0.25],
  link: [1, 1],
  "cut-off": [1, 1],
  "summaries-lost": [0.05, 0.3],
  "cannot-grow": [1, 1],
  "late-growth": [5_000, 15_000],
  "houston-killed": [1, 1],
  surge: [1.2, 1.4],
  stall: [1, 1],
  hold: [1, 1],
  "lying-scaler": [0.2, 0.7],
  path: [0.3, 0.9],
};

/** A host that is busy with something else for two seconds is no loss. */
const STALL_MS = 2_000;
/** A restarted Houston is there again after this. */
const HOUSTON_DOWN_MS: readonly [number, number] = [1_000, 8_000];

/** Named scenarios: the faults that must happen; the seed draws when, where and how bad. */
export const SCENARIOS: Readonly<Record<string, readonly FaultKind[]>> = {
  calm: [],
  ...Object.fromEntries([...FAULT_KINDS, ...PATH_FAULTS].map((kind) => [kind, [kind]])),
  "two-down": ["hard-down", "hard-down"],
  "surge-and-hard-down": ["surge", "hard-down"],
  "killed-mid-shift": ["gray", "houston-killed"],
  "lost-while-gray": ["gray", "hard-down"],
  "hold-mid-shift": ["gray", "hold"],
  "two-paths": ["path", "path"],
  "path-and-hard-down": ["path", "hard-down"],
  "path-and-hold": ["path", "hold"],
};

/** Swarm: which faults may happen at all is drawn first, so that a run without one that hides others is likely too. */
export function drawFaults(options: {
  readonly seed: number;
  readonly scenario: string | null;
  readonly names: readonly LocationName[];
  readonly sidePaths: readonly Path[];
  readonly fromMs: number;
  readonly untilMs: number;
}): readonly Fault[] {
  const random = chance(options.seed, "faults");
  // From a chance of their own, so that other faults of a seed are what they were.
  const ofPaths = chance(options.seed, "paths");
  const isSwarm = options.scenario === null;
  const all = isSwarm ? drawKinds(random) : (SCENARIOS[options.scenario ?? ""] ?? []);
  const kinds = all.filter((kind) => kind !== "path");
  const pathCount = isSwarm ? Number(ofPaths.is(PATH_SHARE)) : all.length - kinds.length;
  const free = [...options.names];
  const take = (): LocationName => free.splice(random.index(free.length), 1)[0]!;
  const paths = [...options.sidePaths];
  const takePath = (): readonly Path[] => paths.splice(paths.length === 0 ? 0 : ofPaths.index(paths.length), 1);
  const ofKinds = kinds.map((kind) => drawFault({ kind, random, take, ...options }));
  const onPaths = Array.from({ length: pathCount }, takePath)
    .flat()
    .map((path) => ({ ...drawFault({ kind: "path", random: ofPaths, take, ...options }), ...path }));
  return [...ofKinds, ...onPaths].sort((a, b) => a.fromMs - b.fromMs || (a.kind < b.kind ? -1 : 1));
}

function drawKinds(random: Chance): FaultKind[] {
  const enabled = FAULT_KINDS.filter(() => random.is(0.6));
  const locationKinds = LOCATION_FAULTS.filter((kind) => enabled.includes(kind));
  const many = random.next();
  const wanted = many < 0.3 ? 0 : many < 0.75 ? 1 : 2;
  const kinds: FaultKind[] = [];
  for (let count = 0; count < wanted && locationKinds.length > 0; count++) {
    kinds.push(locationKinds[random.index(locationKinds.length)]!);
  }
  for (const kind of HARMLESS_FAULTS) if (enabled.includes(kind) && random.is(0.35)) kinds.push(kind);
  // Two tenants of death at once are one too many to tell apart.
  return kinds.filter((kind, index) => kind !== "poison-tenant" || kinds.indexOf(kind) === index);
}

function drawFault(options: {
  readonly kind: FaultKind;
  readonly random: Chance;
  readonly take: () => LocationName;
  readonly fromMs: number;
  readonly untilMs: number;
}): Fault {
  const { kind, random, take, fromMs: first, untilMs: last } = options;
  const fromMs = Math.round(random.between(first, first + (last - first) * 0.4));
  const least = Math.min(last, fromMs + 5_000);
  const lastsUntil = random.is(0.5) ? last : Math.round(random.between(least, last));
  const [small, large] = SIZES[kind];
  const fault = {
    kind,
    fromMs,
    untilMs: lastsUntil,
    location: null,
    other: null,
    zone: null,
    size: random.between(small, large),
  };
  switch (kind) {
    case "hard-down":
    case "black-hole":
    case "gray":
    case "slow":
    case "provider-brownout":
    case "poison-tenant":
    case "cut-off":
      return { ...fault, location: take() };
    case "link":
      return { ...fault, location: take(), other: take() };
    case "stall":
      return { ...fault, location: take(), untilMs: fromMs + STALL_MS };
    case "houston-killed":
      return { ...fault, untilMs: Math.round(fromMs + random.between(...HOUSTON_DOWN_MS)) };
    case "bad-deploy":
    case "summaries-lost":
    case "cannot-grow":
    case "late-growth":
    case "surge":
    case "hold":
    case "lying-scaler":
    case "path":
      return fault;
  }
}

export function isLocationFault(fault: Fault): boolean {
  return (LOCATION_FAULTS as readonly string[]).includes(fault.kind);
}

export function faultWords(fault: Fault): string {
  const from = fault.zone === null ? "" : ` ${fault.zone} to`;
  const where =
    fault.location === null ? "" : `${from} ${fault.location}${fault.other === null ? "" : `-${fault.other}`}`;
  return `${fault.kind}${where} ${seconds(fault.fromMs)}-${seconds(fault.untilMs)} s, size ${Number(fault.size.toPrecision(3))}`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
