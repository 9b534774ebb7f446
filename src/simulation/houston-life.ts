import { createHash } from "node:crypto";
import { control, initialControl, viewOf, type ControlState } from "../core/control.ts";
import type { ControlEffect, ControlEvent, Outcome } from "../core/control-contract.ts";
import type { Step, Stepped } from "../core/step.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import { memoryStore } from "../drivers/store/memory.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import type { Clock } from "../runtime/clock.ts";
import { startController, type Controller } from "../runtime/controller.ts";
import { singleLeader } from "../runtime/leadership.ts";
import { life, type Life } from "./life.ts";
import type { MadePlanet } from "./made-planet.ts";
import type { Network } from "./network.ts";
import { HOUSTON } from "./node-life.ts";
import { NAME_SERVER, type World } from "./world.ts";

/** The deciding Houston under the made clock: killed in the middle of things, and started again from its log. */
export type HoustonLife = {
  readonly life: () => Life | null;
  readonly controller: () => Controller<ControlState> | null;
  start(): Promise<void>;
  kill(): void;
  /** The log, to be stepped again from its beginning. */
  readonly store: LogStore;
  /** A fingerprint of all that was taken in, in order. */
  logDigest(): string;
};

export type Decided = { readonly event: ControlEvent; readonly stepped: Stepped<ControlState, ControlEffect> };
export type ControlStep = Step<ControlState, ControlEvent, ControlEffect>;

export const HOUSTON_TICK_MS = 250;
export const SIMULATION_VERSION = "simulation";

export function houstonLife(options: {
  readonly clock: Clock;
  readonly planet: MadePlanet;
  readonly world: World;
  readonly network: Network;
  /** The control under test; the canary puts a broken one here. */
  readonly step?: ControlStep;
  /** Each step that was taken live: a replay's steps are not told again. */
  readonly decided: (decided: Decided) => void;
  /** A restart came to another state than the one that the log was written in. */
  readonly differs: (says: string) => void;
}): HoustonLife {
  const { clock, planet, world, network } = options;
  const store = memoryStore();
  const hash = createHash("sha256");
  let own: Life | null = null;
  let controller: Controller<ControlState> | null = null;
  let stateBefore: string | null = null;

  const start = async (): Promise<void> => {
    const mine = life(clock);
    own = mine;
    let live = false;
    const step: ControlStep = (state, event) => {
      const stepped = (options.step ?? control)(state, event);
      if (live) options.decided({ event, stepped });
      return stepped;
    };
    const started = await startController<ControlState>({
      clock: mine.clock,
      estate: planet.estate,
      store: {
        ...store,
        append(batch) {
          // A dead process writes nothing, and what it still computes is nobody's.
          if (!mine.isAlive()) return Promise.reject(new Error("killed"));
          live = true;
          hash.update(JSON.stringify(batch));
          return store.append(batch);
        },
      },
      leadership: singleLeader(HOUSTON),
      transport: network.transport(HOUSTON, mine),
      steering: [...planet.names, NAME_SERVER].map((name) => steering(name, mine)),
      worldSteering: Object.fromEntries(planet.names.map((name) => [name, name])),
      scale: {
        name: "made",
        withinMs: 1500,
        scale: ({ location, targetRps }) =>
          network.call<Outcome>({
            from: mine,
            fromName: HOUSTON,
            to: location,
            refused: { kind: "retry", code: "unreachable" },
            arrive: () =>
              world.scaler(location).scaleTo(targetRps, clock.now()) === "accepted"
                ? { kind: "done" }
                : { kind: "refused", code: "quota", says: "quota" },
          }),
      },
      chats: [],
      control: { initial: initialControl, step, view: viewOf },
      tickMs: HOUSTON_TICK_MS,
      expectedDemand: planet.expected,
      version: SIMULATION_VERSION,
    });
    if (!mine.isAlive()) return;
    controller = started;
    const stateNow = JSON.stringify(started.state());
    if (stateBefore !== null && stateBefore !== stateNow) options.differs(firstDifference(stateBefore, stateNow));
  };

  const steering = (name: string, mine: Life): SteeringDriver => {
    const ask = (arrive: () => Outcome): Promise<Outcome> =>
      network.call<Outcome>({
        from: mine,
        fromName: HOUSTON,
        to: name,
        refused: { kind: "retry", code: "unreachable" },
        arrive,
      });
    return {
      name,
      apply: (table) => ask(() => world.table(name, table, clock.now())),
      notice: (notice) => ask(() => world.notice(name, notice, clock.now())),
    };
  };

  return {
    store,
    start,
    life: () => own,
    controller: () => controller,
    logDigest: () => hash.copy().digest("hex"),
    kill() {
      if (controller !== null) stateBefore = JSON.stringify(controller.state());
      controller = null;
      own?.kill();
      own = null;
    },
  };
}

function firstDifference(a: string, b: string): string {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return `before: ...${a.slice(Math.max(0, index - 60), index + 60)}; after: ...${b.slice(Math.max(0, index - 60), index + 60)}`;
}
