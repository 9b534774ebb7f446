import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { Status } from "../../src/api/status.ts";
import { DRILLS, type Drill } from "../../src/planet/drills/catalogue.ts";
import { planetClient } from "../../src/planet/drills/planet-client.ts";
import type { DrillReport } from "../../src/planet/drills/report.ts";
import { longestMs, runDrill } from "../../src/planet/drills/run-drill.ts";
import type { Planet } from "../../src/planet/up.ts";

/** A drill's short form on a planet that runs. */
export type Rehearsal = { readonly name: string; readonly location?: string; readonly seconds: number };

export async function rehearse(planet: Planet, wish: Rehearsal): Promise<DrillReport> {
  const client = planetClient(planet);
  const said: string[] = [];
  try {
    return await runDrill({
      planet: client,
      drill: drillNamed(wish.name),
      withoutHouston: false,
      waitForBack: false,
      tell: (line) => void said.push(line),
      seconds: wish.seconds,
      ...(wish.location === undefined ? {} : { location: wish.location }),
    });
  } finally {
    await client.close();
    // A test that fails shows what Houston did; one that passes is quiet all the same, since vitest prints it by test.
    process.stderr.write(`${said.join("\n")}\n`);
  }
}

/** Twice the longest that it may take: a machine may be that busy. */
export function timeoutMs(wish: Rehearsal): number {
  return 2 * longestMs({ drill: drillNamed(wish.name), seconds: wish.seconds, waitForBack: false });
}

export async function pids(planet: Planet): Promise<readonly number[]> {
  const client = planetClient(planet);
  try {
    return (await client.processes()).flatMap(({ pid }) => (pid === null ? [] : [pid]));
  } finally {
    await client.close();
  }
}

/** The judge learns what is usual before anything is broken. */
export const WARM_MS = 40_000;
/** A slow machine has a planet that is well after minutes. */
export const WELL_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 1000;

/** Waits until every location serves its own users again and is well; what is still missing is in the error. */
export async function allServing(planet: Planet, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    const missing = await notServing(planet);
    if (missing.length === 0) return;
    if (Date.now() > until) throw new Error(`not back after ${withinMs / 1000} s: ${missing.join(", ")}`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function notServing(planet: Planet): Promise<readonly string[]> {
  try {
    const { body } = await request(`${planet.api}/api/status`, { headersTimeout: 5000, bodyTimeout: 5000 });
    const { locations } = (await body.json()) as Status;
    return locations.flatMap(({ name, state, verdict }) =>
      state === "serving" && verdict === "healthy" ? [] : [`${name} ${state} ${verdict}`],
    );
  } catch (error) {
    return [`Houston does not answer: ${String(error)}`];
  }
}

function drillNamed(name: string): Drill {
  const drill = DRILLS.find((each) => each.name === name);
  if (!drill) throw new Error(`there is no drill ${name}`);
  return drill;
}
