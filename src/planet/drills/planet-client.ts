import { Agent, request } from "undici";
import { CallerError } from "../../core/errors.ts";
import type { Capacity, LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Load } from "../../core/summary.ts";
import { planetLocations } from "../geography.ts";
import type { LedgerEntry } from "../outside/ledger.ts";
import type { PopulationCounts } from "../users/population.ts";
import type { UserCheckout } from "../users/checkout-book.ts";
import type { Tally } from "../users/tally.ts";
import { parse } from "../../drivers/metrics/parse.ts";
import type { Decided } from "../../api/decided.ts";
import type { EdgeCounts, TimelineEntry, UtilisationPoll } from "./seen.ts";

/** All that a drill asks of a running planet: its supervisor, its users, its bank, its worlds, and Houston's API. */
export type PlanetClient = {
  fault(order: FaultOrder): Promise<void>;
  clearFaults(): Promise<void>;
  signal(process: string, action: "kill" | "start"): Promise<void>;
  processes(): Promise<readonly { readonly name: string; readonly pid: number | null }[]>;
  mark(at: UnixMs): Promise<void>;
  counts(): Promise<PopulationCounts>;
  report(range: UsersRange): Promise<UsersReport>;
  ledger(): Promise<readonly LedgerEntry[]>;
  /** Where each of these checkouts was run, by the journal; one that it does not know was run nowhere. */
  runLocations(keys: readonly string[]): Promise<ReadonlyMap<string, readonly LocationName[]>>;
  /** Null while Houston can't be reached: that is no error in a drill, and it is counted. */
  timeline(since: UnixMs): Promise<readonly TimelineEntry[] | null>;
  /** What it decided, by codes, and what it thought. Null as well while it can't be reached. */
  decided(since: UnixMs): Promise<Decided | null>;
  /** What came to these locations' edges since they began, by class; who does not answer is left out. */
  edgeCounts(locations: readonly LocationName[]): Promise<readonly EdgeCounts[]>;
  /** Of all locations: who does not answer has none. */
  utilisation(): Promise<readonly UtilisationPoll[]>;
  close(): Promise<void>;
};

export type FaultOrder = {
  readonly name: string;
  readonly location?: LocationName;
  readonly [setting: string]: unknown;
};
export type UsersRange = {
  readonly since: UnixMs;
  readonly until: UnixMs;
  readonly checkoutsSince: UnixMs;
  readonly locations: readonly string[];
  /** A bucket of public whose users are counted apart as well; null: none. */
  readonly tenant: number | null;
  /** Zones whose users are counted apart as well. */
  readonly zones: readonly string[];
};
export type UsersReport = {
  readonly tally: Tally;
  readonly checkouts: readonly UserCheckout[];
  readonly droppedCheckouts: number;
};

export type PlanetAddresses = { readonly api: string; readonly supervisor: string; readonly token: string };

const USERS = "http://127.20.0.60:7000";
const BANK = "http://127.20.0.80:8080";
const JOURNAL = "http://127.20.0.90:7000";
const TIMEOUT_MS = 5000;
/** A start answers when the process is ready, a fault when all its processes have it. */
const START_TIMEOUT_MS = 30_000;
/** Polls come once a second and must not pile up. */
const POLL_TIMEOUT_MS = 900;

export function planetClient(planet: PlanetAddresses): PlanetClient {
  const agent = new Agent({ connections: 4, connect: { timeout: TIMEOUT_MS } });
  const call = async (
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    options: { body?: unknown; timeoutMs?: number } = {},
  ): Promise<string> => {
    const { body, timeoutMs = TIMEOUT_MS } = options;
    const { statusCode, text } = await requested(url, {
      method,
      dispatcher: agent,
      headers: {
        authorization: `Bearer ${planet.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (statusCode >= 300) throw refused(`${method} ${url}`, statusCode, text);
    return text;
  };
  const json = async <Shape>(url: string, timeoutMs?: number): Promise<Shape> =>
    JSON.parse(await call("GET", url, timeoutMs === undefined ? {} : { timeoutMs })) as Shape;

  return {
    async fault(order) {
      await call("POST", `${planet.supervisor}/faults`, { body: order, timeoutMs: START_TIMEOUT_MS });
    },
    async clearFaults() {
      await call("DELETE", `${planet.supervisor}/faults`, { timeoutMs: START_TIMEOUT_MS });
    },
    async signal(process, action) {
      await call("POST", `${planet.supervisor}/processes/${process}/${action}`, { timeoutMs: START_TIMEOUT_MS });
    },
    async processes() {
      const about = await json<{ processes: readonly { name: string; pid: number | null }[] }>(`${planet.supervisor}/`);
      return about.processes;
    },
    async mark(at) {
      await call("POST", `${USERS}/mark`, { body: { at }, timeoutMs: START_TIMEOUT_MS });
    },
    counts: () => json<PopulationCounts>(`${USERS}/counts`),
    report: ({ since, until, checkoutsSince, locations, tenant, zones }) =>
      json<UsersReport>(
        `${USERS}/report?since=${since}&until=${until}&checkoutsSince=${checkoutsSince}&locations=${locations.join(",")}&zones=${zones.join(",")}${tenant === null ? "" : `&tenant=${tenant}`}`,
        START_TIMEOUT_MS,
      ),
    async ledger() {
      const text = await call("GET", `${BANK}/ledger`);
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as LedgerEntry);
    },
    async runLocations(keys) {
      const found = await Promise.all(
        keys.map(async (key): Promise<readonly [string, readonly LocationName[]]> => {
          try {
            const url = `${JOURNAL}/requests/${encodeURIComponent(key)}`;
            const { runs } = await json<{ runs: readonly { location: LocationName }[] }>(url, START_TIMEOUT_MS);
            return [key, runs.map(({ location }) => location)];
          } catch {
            return [key, []];
          }
        }),
      );
      return new Map(found);
    },
    async timeline(since) {
      try {
        const url = `${planet.api}/api/timeline?since=${since}`;
        return (await json<{ entries: readonly TimelineEntry[] }>(url, POLL_TIMEOUT_MS)).entries;
      } catch {
        return null;
      }
    },
    async decided(since) {
      try {
        return await json<Decided>(`${planet.api}/api/decisions?since=${since}`, POLL_TIMEOUT_MS);
      } catch {
        return null;
      }
    },
    async edgeCounts(locations) {
      const places = planetLocations.filter(({ name }) => locations.includes(name));
      const counts = await Promise.all(
        places.map(async ({ index, name }) => {
          try {
            const page = await call("GET", `http://127.20.${index}.2:7000/metrics`, { timeoutMs: POLL_TIMEOUT_MS });
            return edgeCountsOf(name, page);
          } catch {
            return [];
          }
        }),
      );
      return counts.flat();
    },
    utilisation: () => Promise.all(planetLocations.map((location) => utilisationOf(location, json))),
    close: () => agent.destroy(),
  };
}

async function utilisationOf(
  { index, name }: { index: number; name: string },
  json: <Shape>(url: string, timeoutMs: number) => Promise<Shape>,
): Promise<UtilisationPoll> {
  const unknown = { location: name, utilisation: null };
  try {
    const { load, capacity } = await json<{ load?: Load; capacity: Capacity }>(
      `http://127.20.${index}.2:7000/state`,
      POLL_TIMEOUT_MS,
    );
    if (!load || capacity.readyRps <= 0) return { at: Date.now(), ...unknown };
    // What was refused was offered as well.
    return { at: Date.now(), location: name, utilisation: load.utilisation + load.shedRps / capacity.readyRps };
  } catch {
    return { at: Date.now(), ...unknown };
  }
}

function edgeCountsOf(location: LocationName, page: string): readonly EdgeCounts[] {
  const byClass = new Map<string, { served: number; shed: number }>();
  for (const { name, labels, value } of parse(page).samples) {
    if (name !== "rp_edge_requests_total" || labels["bucket"] !== "all") continue;
    const className = labels["class"] ?? "";
    const counts = byClass.get(className) ?? { served: 0, shed: 0 };
    if (labels["outcome"] === "shed") counts.shed += value;
    else if (labels["outcome"] !== "relayed") counts.served += value;
    byClass.set(className, counts);
  }
  return [...byClass].map(([className, counts]) => ({ location, class: className, ...counts }));
}

/** The whole answer; what does not answer is told in words. */
async function requested(
  url: string,
  how: NonNullable<Parameters<typeof request>[1]>,
): Promise<{ readonly statusCode: number; readonly text: string }> {
  try {
    const { statusCode, body } = await request(url, how);
    return { statusCode, text: await body.text() };
  } catch (cause) {
    const { origin } = new URL(url);
    const { code = "", name } = cause as { code?: string; name?: string };
    // Nobody listens there. A connection that breaks proves less: a planet that lives hangs up on unused ones.
    if (code === "ECONNREFUSED") {
      throw new CallerError({
        code: "planet-gone",
        message: `nothing of the planet answers at ${origin}`,
        hint: "was it stopped? `houston up` starts one",
        cause,
      });
    }
    const why = name === "TimeoutError" ? "it is too busy, or was stopped" : code || String(cause);
    throw new CallerError({
      code: "planet-silent",
      message: `the planet does not answer in time at ${origin}: ${why}`,
      hint: "end what else keeps this machine busy; `houston status` shows whether it is well",
      cause,
    });
  }
}

function refused(what: string, status: number, text: string): CallerError {
  try {
    const { code, says, hint } = JSON.parse(text) as { code?: string; says?: string; hint?: string };
    return new CallerError({
      code: code ?? "refused",
      message: says ?? `${what} was answered with HTTP ${status} and no reason`,
      hint: hint ?? "see `houston fault --help`",
    });
  } catch {
    return new CallerError({
      code: "refused",
      message: `${what} was answered with HTTP ${status}, in other words than a planet's: ${text.slice(0, TEXT_SHOWN_MAX)}`,
      hint: "is this planet from the same version?",
    });
  }
}

/** A page of somebody else's is no message. */
const TEXT_SHOWN_MAX = 200;
