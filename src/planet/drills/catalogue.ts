import type { LocationName } from "../../core/estate.ts";
import type { RightVerdict } from "./seen.ts";

/** The drills of the planet, as data: what happens when, where, for how long it is watched, and what is right to do. */
export type Drill = {
  readonly name: string;
  readonly says: string;
  /** Where the trouble is when nobody says otherwise; empty: no place of its own, and everybody's figures count. */
  readonly locations: readonly LocationName[];
  /** Whether users have to move out of `locations`; `may`: spilling is right, and so is staying. */
  readonly moves: "must" | "may" | "none";
  readonly steps: readonly DrillStep[];
  /** The bucket of public whose users make the trouble, and are counted apart. */
  readonly tenant?: number;
  /** Only some zones' users are hurt, on their way to the first location: they are counted apart. */
  readonly path?: true;
  /** What Houston should think of `locations`, and of no other; absent: it is not counted. */
  readonly rightVerdict?: RightVerdict;
  /** From the fault on. A report wants 60 s after the move; a checkout begun at the fault is given 60 s as well. */
  readonly watchSeconds: number;
  /** The users' requests a second that it takes on a planet of its own, all locations together. */
  readonly rps: number;
  /** On a planet of its own each location has so much ready at least; absent: as much as on any, which little traffic never fills. */
  readonly leastReadyRps?: number;
};

/**
 * `at`: seconds after the fault; negative: before, as a preparation. With `afterMove`: seconds after Houston began to move
 * users, and `at` is when it happens if nothing has moved by then.
 */
export type DrillStep = { readonly at: number; readonly afterMove?: number } & (
  | {
      readonly does: "fault";
      readonly fault: string;
      /** Index in the drill's locations; absent: everywhere. */
      readonly location?: number;
      /** By name: a place beside the drill's own. */
      readonly named?: LocationName;
      readonly settings?: Readonly<Record<string, unknown>>;
    }
  | { readonly does: "kill" | "start"; readonly process: string }
);

const HOME = "us-east-1";
/** The nearest to us-east-1: the first choice as a receiver. */
const NEIGHBOUR = "us-east-2";
const WATCH_SECONDS = 90;
/** A ramp of 180 s, left some way up it; then 60 s more. */
const BROWNOUT_WATCH_SECONDS = 150;
/** The planet's own default. */
const RPS = 200;
/** us-east-1 has a sixth of it, and its figure is about 100 requests/s there. */
const BROWNOUT_RPS = 700;
const BROWNOUT_RAMP_SECONDS = 180;
/** Half an hour of growing; from the middle on requests fail, and five minutes later everybody feels it. */
const LEAK_RAMP_SECONDS = 1800;
const LEAK_WATCH_SECONDS = 1200;
/** Noise is there before the fault, so that it is known. */
const NOISE_BEFORE_SECONDS = 60;
/** The nearest to us-east-1: who takes its users. */
const RECEIVERS = [NEIGHBOUR, "ca-central-1", "us-central1"];
const LEAVE: RightVerdict = { scope: "location", action: "leave" };

/**
 * What is ready at rest has room for any one location. With so much more all still fit, but not without us-east-1 as well: 12 % find
 * no room.
 */
export const NO_ROOM_SURGE = 1.45;
const NO_ROOM_RPS = 130;
const NO_ROOM_LEAST_READY_RPS = 15;

const POISON_BUCKET = 0x2a;

export const DRILLS: readonly Drill[] = [
  at("hard-down", "a location dies at once", [fault("hard-down")]),
  at("leaderless-hard-down", "the deciding Houston is stopped first, then a location dies", [
    { at: -5, does: "kill", process: "houston" },
    fault("hard-down"),
  ]),
  at("black-hole", "a location takes connections and says nothing", [fault("black-hole")]),
  at("slow", "a service of a location answers 2 s later; health checks stay green", [fault("slow")]),
  at("gray", "a fifth of some requests fail; health checks stay green", [fault("gray")]),
  {
    ...at("gray-small", "a twentieth of some requests fail; health checks stay green", [
      fault("gray", { share: 0.05 }),
    ]),
    rightVerdict: LEAVE,
  },
  {
    ...at("slower", "all that a location serves takes 30 % longer: certain, and not worth a move", [fault("slower")]),
    moves: "none",
    rightVerdict: { scope: "location", action: "none" },
  },
  {
    ...at(
      "path",
      "users of one zone lose half of what they send to a location and get from it; all others there are well",
      [fault("path")],
    ),
    path: true,
    rightVerdict: { scope: "path", action: "move-zones" },
  },
  {
    ...at("receiver-noise", "a location fails, and the nearest receivers stutter now and then as they did before", [
      ...RECEIVERS.map((named) => ({ at: -NOISE_BEFORE_SECONDS, does: "fault", fault: "noise", named }) as const),
      fault("gray"),
    ]),
    rightVerdict: LEAVE,
  },
  {
    ...at("leak", "a location's services get slower over half an hour, and fail from its middle on", [
      fault("leak", { rampSeconds: LEAK_RAMP_SECONDS }),
    ]),
    watchSeconds: LEAK_WATCH_SECONDS,
    rightVerdict: LEAVE,
  },
  {
    ...at("provider-brownout", "a location's dynamodb gets worse and worse", [
      fault("provider-brownout", { rampSeconds: BROWNOUT_RAMP_SECONDS }),
    ]),
    watchSeconds: BROWNOUT_WATCH_SECONDS,
    rps: BROWNOUT_RPS,
    rightVerdict: LEAVE,
  },
  nowhere("bad-deploy", "a bad version in every location alike: moving helps nobody", [everywhere("bad-deploy")]),
  {
    ...at("cut-off", "a location's Houston node can reach nobody: the watcher is the suspect", [fault("cut-off")]),
    moves: "none",
  },
  { ...at("link", "two locations can't reach each other", [fault("link", { to: "eu-west-1" })]), moves: "none" },
  nowhere("surge", "demand x1.4 everywhere", [everywhere("surge")]),
  at("surge-and-hard-down", "demand x1.4 everywhere, then a location dies", [
    { ...everywhere("surge"), at: -15 },
    fault("hard-down"),
  ]),
  { ...at("ddos", "one location's own demand tenfold", [fault("ddos")]), moves: "may" },
  {
    ...at("poison-tenant", "one tenant's requests make any location sick that serves them", [
      fault("poison-tenant", { bucket: POISON_BUCKET }),
    ]),
    moves: "may",
    tenant: POISON_BUCKET,
  },
  {
    ...at(
      "cannot-grow",
      `demand x${NO_ROOM_SURGE} everywhere and nobody may grow, then a location fails: some find no room`,
      [
        { ...everywhere("cannot-grow"), at: -20 },
        { ...everywhere("surge", { factor: NO_ROOM_SURGE }), at: -15 },
        fault("gray"),
      ],
    ),
    rps: NO_ROOM_RPS,
    leastReadyRps: NO_ROOM_LEAST_READY_RPS,
  },
  at("receiver-slow", "a location fails, and its nearest receiver gets slower as it takes on load", [
    { at: -5, does: "fault", fault: "receiver-slow", named: NEIGHBOUR },
    fault("gray"),
  ]),
  at("replica-lag-and-hard-down", "a location dies whose last 10 s have not reached the others", [
    { at: -15, does: "fault", fault: "replica-lag", location: 0 },
    fault("hard-down"),
  ]),
  {
    ...at("two-down", "two neighbours die within 5 s", [
      fault("hard-down"),
      { at: 5, does: "fault", fault: "hard-down", location: 1 },
    ]),
    locations: [HOME, NEIGHBOUR],
  },
  { ...at("flap", "single probes of a location fail now and then", [fault("flap")]), moves: "none" },
  at("houston-killed", "the deciding Houston is killed in the middle of a shift, and comes back 5 s later", [
    fault("gray"),
    { at: 20, afterMove: 1, does: "kill", process: "houston" },
    { at: 25, afterMove: 6, does: "start", process: "houston" },
  ]),
  nowhere("calm", "nothing happens, and nothing should", []),
];

/** The same with a ramp of another length, and so much shorter or longer a watch; null: nothing in it grows. */
export function withRamp(drill: Drill, rampSeconds: number): Drill | null {
  const ramps = drill.steps.flatMap((step) => (step.does === "fault" ? [step.settings?.["rampSeconds"]] : []));
  const usual = ramps.find((each) => typeof each === "number");
  if (usual === undefined) return null;
  const steps = drill.steps.map((step) =>
    step.does === "fault" && step.settings?.["rampSeconds"] !== undefined
      ? { ...step, settings: { ...step.settings, rampSeconds } }
      : step,
  );
  return {
    ...drill,
    steps,
    watchSeconds: Math.max(WATCH_SECONDS, Math.round((drill.watchSeconds * rampSeconds) / usual)),
  };
}

function at(name: string, says: string, steps: readonly DrillStep[]): Drill {
  return { name, says, locations: [HOME], moves: "must", steps, watchSeconds: WATCH_SECONDS, rps: RPS };
}

function nowhere(name: string, says: string, steps: readonly DrillStep[]): Drill {
  return { name, says, locations: [], moves: "none", steps, watchSeconds: WATCH_SECONDS, rps: RPS };
}

function fault(name: string, settings?: Readonly<Record<string, unknown>>): DrillStep {
  return { at: 0, does: "fault", fault: name, location: 0, ...(settings ? { settings } : {}) };
}

function everywhere(name: string, settings?: Readonly<Record<string, unknown>>): DrillStep {
  return { at: 0, does: "fault", fault: name, ...(settings ? { settings } : {}) };
}
