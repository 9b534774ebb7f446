import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { control } from "../core/control.ts";
import { BUCKETS } from "../core/estate.ts";
import type { RouteTable } from "../core/route/table.ts";
import type { ControlStep } from "./houston-life.ts";
import { simulate } from "./run.ts";

/** A machine that is busy with other things is slow: this bounds a hang, and measures nothing. */
const PATIENCE = { timeout: 600_000 };

test("the same seed gives the same log and the same tables, byte for byte", PATIENCE, async () => {
  for (const seed of [1, 2]) {
    const first = await simulate({ seed, seconds: 6 });
    const again = await simulate({ seed, seconds: 6 });
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(again.decisions).toEqual(first.decisions);
  }
});

/** A Houston that sends everybody of every class who may go anywhere to whoever is lost. */
const sendsToTheLost: ControlStep = (state, event) => {
  const stepped = control(state, event);
  const lost = Object.values(stepped.state.places).find(({ lostAt }) => lostAt !== null);
  if (lost === undefined) return stepped;
  return {
    ...stepped,
    effects: stepped.effects.map((effect) =>
      effect.kind === "publish" ? { ...effect, table: allTo(effect.table, lost.name) } : effect,
    ),
  };
};

function allTo(table: RouteTable, name: string): RouteTable {
  const index = table.locations.indexOf(name);
  const zones = table.assignment["public"] ?? {};
  const all = Object.fromEntries(Object.keys(zones).map((zone) => [zone, [[index, BUCKETS] as const]]));
  return { ...table, assignment: { ...table.assignment, public: all } };
}

test("canary: a Houston that sends users to a lost location is caught", PATIENCE, async () => {
  await expect(simulate({ seed: 1, scenario: "hard-down", seconds: 6, step: sendsToTheLost })).rejects.toMatchObject({
    name: "SimulationViolation",
    invariant: "I3",
  });
});

test("canary: a Houston that remembers what is not in the log is caught", PATIENCE, async () => {
  let calls = 0;
  const remembers: ControlStep = (state, event) => {
    calls += 1;
    const stepped = control(state, event);
    return event.event === "tick" ? { ...stepped, state: { ...stepped.state, incidents: calls } } : stepped;
  };
  await expect(simulate({ seed: 1, scenario: "calm", seconds: 1, step: remembers })).rejects.toMatchObject({
    invariant: "I14",
  });
});

const folder = new URL("../../scenarios/seeds/", import.meta.url);
type KeptSeed = {
  readonly seed: number;
  readonly scenario: string | null;
  readonly seconds?: number;
  readonly was: string;
};

test.each(readdirSync(folder).filter((file) => file.endsWith(".json")))(
  "%s, which once failed",
  PATIENCE,
  async (file) => {
    const { seed, scenario, seconds, was } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as KeptSeed;
    expect(was).not.toBe("");
    await simulate({ seed, scenario, ...(seconds !== undefined && { seconds }) });
  },
);
