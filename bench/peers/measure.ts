import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { faults, type FaultName } from "./faults.ts";
import { figuresOf, type Figures } from "./figures.ts";
import { startService } from "./service.ts";
import type { RunningSystem, System } from "./systems/system.ts";
import { startUsers, type Users } from "./users.ts";
import { locationsFor, zones } from "./world.ts";

/** One system in one fault. */
export type Row = Figures & {
  readonly fault: FaultName;
  readonly system: string;
  /** Unix milliseconds of the fault. */
  readonly at: number;
  /** How long it was looked at from the fault on. */
  readonly seconds: number;
  readonly rpsPerZone: number;
  readonly ttlSeconds: number;
  /** Of the users' process: no figure is finer than that. */
  readonly worstLateMs: number;
};

export const IN_DOUBT_LATE_MS = 500;
const IN_DOUBT_PERCENT = 1;

/** The machine was too busy for the figures to mean much. */
export const isInDoubt = (row: Row): boolean =>
  row.failedBeforePercent > IN_DOUBT_PERCENT || row.worstLateMs > IN_DOUBT_LATE_MS;

/** Systems are ready, and resolvers' answers spread over a TTL, before anything goes wrong. */
const CALM_SECONDS = 10;
const CALM_MAX_SECONDS = 60;
/** What a stopped location finds in its sockets when it goes on is carried out within so long. */
const LATE_MS = 2500;

/** All these systems in one fault, at once, each with its own users of the same service. */
export async function measure(options: {
  readonly fault: FaultName;
  readonly systems: readonly System[];
  readonly seconds: number;
  readonly rpsPerZone: number;
  readonly ttlSeconds: number;
  readonly probeSeconds: number;
  readonly seed: number;
  /** Told of a system that does not start: the others are measured without it. */
  readonly cannot: (system: System, error: unknown) => void;
}): Promise<readonly Row[]> {
  const { systems, seconds, rpsPerZone, ttlSeconds, probeSeconds, seed } = options;
  const fault = faults[options.fault];
  const locations = locationsFor({ rpsPerZone, half: fault.half });
  const folder = mkdtempSync(join(tmpdir(), "peers-"));
  const tidy = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", tidy);
  const started: { readonly system: System; readonly running: RunningSystem }[] = [];
  const service = await startService(locations, folder);
  try {
    for (const [index, system] of systems.entries()) {
      const own = join(folder, system.name);
      mkdirSync(own);
      const range = `127.64.${index + 1}`;
      const host = hostOf(system);
      const told = { locations, zones, host, ttlSeconds, probeSeconds, rpsPerZone };
      try {
        started.push({ system, running: await system.start({ ...told, range, folder: own }) });
      } catch (error) {
        options.cannot(system, error);
      }
    }
    const standing = (location: string): readonly number[] =>
      started.flatMap(({ running }) => running.standing?.[location] ?? []);
    const users = await startUsers({
      crowds: started.map(({ system, running }) => ({
        system: system.name,
        host: hostOf(system),
        entry: running.entry,
      })),
      rpsPerZone,
      seed,
    });
    try {
      await calm(users, ttlSeconds);
      const before = await service.overloaded();
      users.worstLateMs();
      const faultAt = Date.now();
      await service.break(fault, standing);
      await sleep(seconds * 1000);
      const until = Date.now();
      const worstLateMs = Math.round(users.worstLateMs());
      users.close();
      await service.mend(fault, standing);
      await sleep(LATE_MS);
      const after = await service.overloaded();
      const purchases = service.purchases();
      return started.map(({ system }): Row => {
        const host = hostOf(system);
        const figures = figuresOf({
          visits: (users.visits.get(system.name) ?? []).filter(({ at }) => at >= faultAt - CALM_SECONDS * 1000),
          faultAt,
          until,
          bad: fault.where,
          zones,
          locations,
          overloaded: Math.max(0, (after[host] ?? 0) - (before[host] ?? 0)),
          purchases: purchases.filter((id) => id.slice(0, id.lastIndexOf("-")) === system.name),
        });
        return {
          fault: options.fault,
          system: system.name,
          at: faultAt,
          seconds,
          rpsPerZone,
          ttlSeconds,
          ...figures,
          worstLateMs,
        };
      });
    } finally {
      await users.stop();
    }
  } finally {
    await Promise.all(started.map(({ running }) => running.stop()));
    await service.stop();
    process.off("exit", tidy);
    tidy();
  }
}

/** What has just been started may keep the machine busy for a while: until users have been well for CALM_SECONDS, or CALM_MAX_SECONDS are over. */
async function calm(users: Users, ttlSeconds: number): Promise<void> {
  await sleep((CALM_SECONDS + ttlSeconds) * 1000);
  const until = performance.now() + CALM_MAX_SECONDS * 1000;
  const isCalm = (): boolean => {
    const from = Date.now() - CALM_SECONDS * 1000;
    const late = [...users.visits.values()].map((visits) => visits.filter(({ at }) => at >= from));
    return late.every((visits) => visits.filter(({ good }) => !good).length * 100 <= IN_DOUBT_PERCENT * visits.length);
  };
  while (!isCalm() && performance.now() < until) await sleep(1000);
}

const hostOf = ({ name }: System): string => `www.${name}.test`;
