import { expect, test } from "vitest";
import { control, initialControl, viewOf, type ControlState } from "../../src/core/control.ts";
import type { ControlEffect, ControlEvent } from "../../src/core/control-contract.ts";
import { rowToBuckets } from "../../src/core/route/rows.ts";
import type { Sight, Summary } from "../../src/core/summary.ts";
import { expectedEntries, planetCapacities, planetEstate, planetLocations } from "../../src/planet/geography.ts";

/** Control at the planet's size: 15 locations, all zones, counters that scatter by chance (from a seed). */

/** Seconds of work when other work goes on beside it are minutes. */
const SLOW_MACHINE_MS = 120_000;
const TOTAL_RPS = 600;
const UTC_HOUR = 15;

function planet(seed: number) {
  const capacities = planetCapacities({ totalRps: TOTAL_RPS, utcHour: UTC_HOUR });
  const estate = planetEstate({ services: {}, journeys: {}, capacities });
  const names = planetLocations.map(({ name }) => name);
  const ready = new Map(names.map((name) => [name, capacities[name]!.readyRps]));
  const targets = new Map<string, { rps: number; from: number }>();
  const entries = expectedEntries({ totalRps: TOTAL_RPS, utcHour: UTC_HOUR });
  const sick = new Set<string>();
  const lost = new Set<string>();
  const effects: { at: number; effect: ControlEffect }[] = [];
  let state: ControlState = initialControl();
  let [at, seq] = [1_700_000_000_000, 0];
  let random = seed;
  const chance = (): number => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647;
  // About the scatter of counting n requests in a second or two.
  const scattered = (rps: number): number =>
    Math.max(0, rps + Math.sqrt(rps) * (chance() + chance() + chance() - 1.5) * 2);
  let outcomes: string[] = [];
  let worst = 0;

  const send = (event: ControlEvent): void => {
    const stepped = control(state, event);
    state = stepped.state;
    for (const effect of stepped.effects) {
      effects.push({ at, effect });
      if (effect.kind === "publish" || effect.kind === "scale") outcomes.push(effect.id);
      if (effect.kind === "scale") targets.set(effect.location, { rps: effect.targetRps, from: at + 2000 });
    }
  };

  const served = (): Map<string, number> => {
    const sums = new Map(names.map((name) => [name, 0]));
    for (const { from, rps } of entries) {
      for (const className of Object.keys(rps)) {
        for (const zone of Object.keys(rps[className]!)) {
          const row = state.table?.assignment[className]?.[zone];
          if (row === undefined) sums.set(from, sums.get(from)! + rps[className]![zone]!);
          else
            for (const index of rowToBuckets(row))
              sums.set(names[index]!, sums.get(names[index]!)! + rps[className]![zone]! / 256);
        }
      }
    }
    return sums;
  };

  const second = (): void => {
    const load = served();
    for (const name of names) {
      const target = targets.get(name);
      if (target !== undefined && at >= target.from)
        ready.set(
          name,
          Math.min(Math.max(target.rps, ready.get(name)!), ready.get(name)! + capacities[name]!.capacityRps * 0.25),
        );
      if (lost.has(name)) continue;
      if (name !== [...sick][0]) worst = Math.max(worst, load.get(name)! / ready.get(name)!);
      send({
        event: "capacity",
        at,
        capacity: { at, location: name, capacityRps: capacities[name]!.capacityRps, readyRps: ready.get(name)! },
      });
      const entry = entries.find(({ from }) => from === name)!;
      const rps = Object.fromEntries(
        Object.keys(entry.rps).map((className) => [
          className,
          Object.fromEntries(
            Object.keys(entry.rps[className]!).map((zone) => [zone, scattered(entry.rps[className]![zone]!)]),
          ),
        ]),
      );
      send({ event: "demand", at, demand: { from: name, rps } });
      send({ event: "summary", at, summary: summaryOf(name, scattered(load.get(name)!)) });
    }
  };

  const summaryOf = (name: string, rps: number): Summary => {
    const isSick = sick.has(name);
    seq += 1;
    const sees: Record<string, Sight> = {};
    for (const other of names)
      if (other !== name)
        sees[other] = {
          lookedAt: at,
          failedLooks: lost.has(other) ? 3 : 0,
          looks: 5,
          failures: 0,
          lossNats: lost.has(other) ? 10 : 0,
          grayNats: 0,
        };
    const readyRps = ready.get(name)!;
    const nats = isSick ? 25 : 0;
    return {
      from: name,
      seq,
      at,
      sees,
      own: {
        verdict: isSick ? "failing" : "healthy",
        evidenceNats: nats,
        aloneNats: nats,
        barNats: 20,
        promise: "none",
        usersHurt: isSick ? 0.05 : 0,
        worthMoving: isSick,
        healthyNats: isSick ? 0 : 25,
        causes: isSick ? [{ layer: "resource", name: "dynamodb", share: 0.9 }] : [],
        because: [],
        rates: [],
        deploys: [],
        suspects: [],
        cutOff: false,
        load: {
          servedRps: rps,
          enteredRps: rps,
          readyRps,
          capacityRps: capacities[name]!.capacityRps,
          utilisation: rps / readyRps,
          shedRps: 0,
          queueMs: 2,
          failedRatio: 0.0005,
        },
      },
    };
  };

  send({ event: "config", at, estate });
  return {
    sick,
    lost,
    effects,
    view: () => viewOf(state),
    worst: () => worst,
    run: (seconds: number) => {
      for (let tick = 0; tick < seconds * 4; tick++) {
        if (tick % 4 === 0) second();
        const due = outcomes;
        outcomes = [];
        for (const effect of due) send({ event: "outcome", at, effect, outcome: { kind: "done" } });
        send({ event: "tick", at });
        at += 250;
      }
    },
  };
}

const tablesOf = (effects: readonly { effect: ControlEffect }[]) =>
  effects.filter(({ effect }) => effect.kind === "publish").length;

test(
  "calm: two minutes of counters that scatter move nobody and renew few tables",
  () => {
    const made = planet(7);
    made.run(120);
    expect(made.view().locations.every(({ movedShare, state }) => movedShare < 1e-9 && state === "serving")).toBe(true);
    expect(tablesOf(made.effects)).toBeLessThanOrEqual(3);
  },
  SLOW_MACHINE_MS,
);

test(
  "a gray fault of the largest location leaves it within ten seconds, and nobody is filled past what is ready",
  () => {
    const made = planet(11);
    made.run(6);
    made.sick.add("us-east-1");
    made.run(10);
    const left = made.view().locations.find(({ name }) => name === "us-east-1")!;
    expect(left.movedShare).toBeGreaterThan(0.99);
    expect(made.worst()).toBeLessThanOrEqual(0.87);
  },
  SLOW_MACHINE_MS,
);

test(
  "a hard loss of the largest location is followed in the turn that knows of it",
  () => {
    const made = planet(13);
    made.run(6);
    made.lost.add("us-east-1");
    made.run(1);
    expect(made.view().locations.find(({ name }) => name === "us-east-1")!.movedShare).toBeGreaterThan(0.95);
    expect(made.worst()).toBeLessThanOrEqual(1);
  },
  SLOW_MACHINE_MS,
);
