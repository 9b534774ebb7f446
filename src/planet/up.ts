import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { errors, request } from "undici";
import { z } from "zod";
import { CHAT_SECRETS } from "../chat/settings.ts";
import { CallerError } from "../core/errors.ts";
import { adminServer } from "./admin-server.ts";
import { CELL_LINES_ADMIN } from "./cells/cell-addresses.ts";
import { CELL_LINES } from "./cells/members.ts";
import { planetLocations, planetZones, type PlanetLocation } from "./geography.ts";
import { planetProcesses } from "./supervisor/planet-processes.ts";
import { builtPrograms } from "./supervisor/built-programs.ts";
import { faultRoom } from "./supervisor/faults.ts";
import { WANTED_RPS } from "./supervisor/pace.ts";
import { planetAddresses } from "./supervisor/planet-addresses.ts";
import {
  heldBy,
  mustBeFree,
  mustHaveEtcd,
  mustHaveLoopback,
  mustHaveMemory,
  SUPERVISOR_NAME,
  thisMachine,
} from "./supervisor/preflight.ts";
import { processGroup, type ProcessGroup } from "./supervisor/process-group.ts";
import { supervisorAdmin } from "./supervisor/supervisor-admin.ts";
import { SWEEP_AFTER_MS } from "./world/settings.ts";

export type PlanetOptions = {
  /** The users' requests a second, all locations together. */
  readonly rps: number;
  /** The planet's hour of day in UTC: who is awake. */
  readonly utcHour: number;
  /** What each location has ready at least, requests a second; absent: as much as the planet's own is. */
  readonly leastReadyRps?: number;
  readonly seed: number;
  /** false: nobody helps. */
  readonly houston: boolean;
  readonly beacons: boolean;
  readonly bankDedup: boolean;
  /** Requests' journals in five cells of three etcd members each, instead of one journal for all. */
  readonly cells: boolean;
  /** Checkouts that nobody has gone on with for so long are finished without their users. */
  readonly sweepAfterMs: number;
  /** What went wrong with a process, in a line or a few. */
  readonly onTrouble: (says: string) => void;
  /** Breaks a start off: what has been started by then is stopped, and the start rejects. */
  readonly signal: AbortSignal;
};

export const PLANET_DEFAULTS: PlanetOptions = {
  rps: WANTED_RPS,
  utcHour: 15,
  seed: 1,
  houston: true,
  beacons: true,
  bankDedup: false,
  cells: false,
  sweepAfterMs: SWEEP_AFTER_MS,
  onTrouble: () => {},
  signal: new AbortController().signal,
};

export type Planet = {
  readonly api: string;
  readonly dns: string;
  readonly supervisor: string;
  readonly token: string;
  readonly houston: boolean;
  readonly locations: readonly PlanetLocation[];
  readonly zones: number;
  readonly rps: number;
  readonly startedAt: number;
  /** From the first process to all locations serving users. */
  readonly startMs: number;
  /** One line of what the users count now. */
  usersSay(): Promise<string>;
  /** From now on, all locations together. */
  setUsersRps(rps: number): Promise<void>;
  stop(): Promise<void>;
};

export const SUPERVISOR = { address: "127.20.0.71", port: 7000 } as const;
export const API = { address: "127.20.0.70", port: 7070 } as const;
export const DNS = { address: "127.20.0.53", port: 5353 } as const;
const USERS_ADMIN = "http://127.20.0.60:7000";

/** Few threads and one heap of the C library each: 35 processes share one machine. */
const SMALL_PROCESSES = { MALLOC_ARENA_MAX: "1", UV_THREADPOOL_SIZE: "2" } as const;

/** Starts everything, in order, and resolves when all locations serve users. Throws `CallerError` with the fix. */
export async function startPlanet(given: Partial<PlanetOptions> = {}): Promise<Planet> {
  const options = { ...PLANET_DEFAULTS, ...given };
  const startedAt = Date.now();
  mustHaveLoopback(thisMachine());
  const token = randomBytes(24).toString("hex");
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const processes = processGroup({
    root,
    env: {
      HOUSTON_TOKEN: token,
      ...SMALL_PROCESSES,
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node-compile"),
    },
    // Worlds meet strangers: what opens a company's Slack is not theirs to lose.
    secrets: CHAT_SECRETS,
    programOf: await builtPrograms(root, options.onTrouble),
    onTrouble: options.onTrouble,
  });
  const faults = faultRoom({
    locations: planetLocations.map(({ name }) => name),
    processes,
    call: (process, method, path, body) => callAdmin(adminOf(process), { token, method, path, body }),
  });
  // The first to hold this port is the planet of this machine; whoever comes second, however soon, hears who it is.
  const admin = await adminServer({
    ...SUPERVISOR,
    token,
    introduces: SUPERVISOR_NAME,
    handle: supervisorAdmin({
      processes,
      faults,
      about: () => ({ pid: process.pid, houston: options.houston, zones: planetZones.length, rps: options.rps }),
    }),
  }).catch((error: NodeJS.ErrnoException) => heldBy(error, { ...SUPERVISOR, transport: "tcp", what: "supervisor" }));
  const folder = mkdtempSync(join(tmpdir(), "planet-"));
  const stop = async (): Promise<void> => {
    await processes.stopAll();
    await admin.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // At once, and not at the start's next step: a process that becomes ready late would keep people waiting.
  const breakOff = (): void => void processes.stopAll();
  options.signal.addEventListener("abort", breakOff, { once: true });
  try {
    // Once the port is ours: of a planet that runs already, the memory it takes is not the trouble.
    mustHaveMemory(thisMachine(), options);
    if (options.cells) mustHaveEtcd();
    await mustBeFree(planetAddresses(options));
    await startInOrder(processes, { options, folder, token });
    options.signal.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal.removeEventListener("abort", breakOff);
  }
  return {
    api: `http://${API.address}:${API.port}`,
    dns: `${DNS.address}:${DNS.port}`,
    supervisor: `http://${SUPERVISOR.address}:${SUPERVISOR.port}`,
    token,
    houston: options.houston,
    locations: planetLocations,
    zones: planetZones.length,
    rps: options.rps,
    startedAt,
    startMs: Date.now() - startedAt,
    usersSay: () => usersSay(token),
    setUsersRps: (rps) => callAdmin(USERS_ADMIN, { token, method: "PUT", path: "/load", body: { rps } }),
    stop,
  };
}

async function startInOrder(
  processes: ProcessGroup,
  { options, folder, token }: { options: PlanetOptions; folder: string; token: string },
): Promise<void> {
  const specs = planetProcesses({ options, folder });
  const starting = processes.start([...specs.outside, ...specs.worlds]);
  // Both to their end, even when one fails: certificates must not come into a folder that has been removed.
  await Promise.allSettled([starting, specs.helpers]);
  await starting;
  options.signal.throwIfAborted();
  await processes.start(await specs.helpers);
  options.signal.throwIfAborted();
  // Users come when there is a table to answer them by: Houston's first, or the one that nobody will change.
  if (options.houston) await tableEverywhere(token);
  else await putEverywhere(token, specs.tableWithoutHouston);
  await processes.start(specs.users);
  // A chat that can't begin takes nothing from anybody else.
  await processes.start(specs.chat).catch((error: unknown) => {
    options.onTrouble(error instanceof Error ? error.message : String(error));
  });
}

const TABLE_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

async function tableEverywhere(token: string): Promise<void> {
  const until = Date.now() + TABLE_WITHIN_MS;
  const waiting = new Set(steeringAdmins());
  while (waiting.size > 0) {
    for (const url of waiting) {
      const { body } = await request(`${url}/table`, { headers: { authorization: `Bearer ${token}` } });
      if (((await body.json()) as { table: unknown }).table !== null) waiting.delete(url);
    }
    if (Date.now() > until) {
      throw new CallerError({
        code: "no-first-table",
        message: `Houston published no route table within ${TABLE_WITHIN_MS / 1000} s`,
        hint: "a machine that is busy with other work may be too slow; try again, or with a smaller --rps",
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function putEverywhere(token: string, table: unknown): Promise<void> {
  await Promise.all(
    steeringAdmins().map((url) => callAdmin(url, { token, method: "PUT", path: "/table", body: table })),
  );
}

function steeringAdmins(): string[] {
  return ["http://127.20.0.53:7000", ...planetLocations.map(({ index }) => `http://127.20.${index}.2:7000`)];
}

/** The admin port of a process, by its name. */
function adminOf(process: string): string {
  const [, kind, location] = /^(world|node)-(.+)$/.exec(process) ?? [];
  const index = planetLocations.find(({ name }) => name === location)?.index;
  if (kind === "world" && index !== undefined) return `http://127.20.${index}.2:7000`;
  if (kind === "node" && index !== undefined) return `http://127.20.${index}.3:7070`;
  if (process === "users") return USERS_ADMIN;
  if (process === CELL_LINES) return `http://${CELL_LINES_ADMIN.address}:${CELL_LINES_ADMIN.port}`;
  throw new CallerError({
    code: "unknown-process",
    message: `${process} has no admin port`,
    hint: "world-LOCATION, node-LOCATION or users",
  });
}

/** A process that is gone refuses at once; one that is only busy, as on a machine with too much to do, answers late. */
const ADMIN_WITHIN_MS = 15_000;

async function callAdmin(
  url: string,
  call: { token: string; method: string; path: string; body?: unknown },
): Promise<void> {
  const { statusCode, text } = await answerOf(url, call);
  if (statusCode >= 300)
    throw refusalOf(text, `${call.method} ${url}${call.path} was answered with HTTP ${statusCode}: ${text}`);
}

async function answerOf(
  url: string,
  call: { token: string; method: string; path: string; body?: unknown },
): Promise<{ readonly statusCode: number; readonly text: string }> {
  try {
    const { statusCode, body } = await request(`${url}${call.path}`, {
      method: call.method as "PUT",
      headers: { authorization: `Bearer ${call.token}`, "content-type": "application/json" },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      headersTimeout: ADMIN_WITHIN_MS,
      bodyTimeout: ADMIN_WITHIN_MS,
    });
    return { statusCode, text: await body.text() };
  } catch (cause) {
    if (!(cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError)) throw cause;
    throw new CallerError({
      code: "process-silent",
      message: `${call.method} ${url}${call.path} was not answered within ${ADMIN_WITHIN_MS / 1000} s`,
      hint: "this machine is too busy, or the process is stopped: end what else runs here, or start the planet with a smaller --rps",
      cause,
    });
  }
}

const refusalShape = z.object({ code: z.string(), says: z.string(), hint: z.string().optional() });

/** What a process refused goes on in its own words: it knows what would have been right. */
function refusalOf(text: string, otherwise: string): CallerError {
  const { success, data } = refusalShape.safeParse(jsonOrNull(text));
  if (!success)
    return new CallerError({
      code: "admin-refused",
      message: otherwise,
      hint: "see docs/architecture.md for the calls",
    });
  return new CallerError({ code: data.code, message: data.says, hint: data.hint ?? "see `houston fault --help`" });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function usersSay(token: string): Promise<string> {
  const { body } = await request(`${USERS_ADMIN}/counts`, {
    headers: { authorization: `Bearer ${token}` },
    headersTimeout: 1000,
    bodyTimeout: 1000,
  });
  const counts = (await body.json()) as { total: { rps: number; failed: number; slow: number; p99Ms: number | null } };
  const { rps, failed, slow, p99Ms } = counts.total;
  return `users: ${rps} requests/s, ${failed} failed, ${slow} slow in the last second; p99 ${p99Ms === null ? "-" : Math.round(p99Ms)} ms`;
}
