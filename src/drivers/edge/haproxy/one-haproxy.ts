import type { Outcome } from "../../../core/control-contract.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import type { KeptMaps } from "./kept-maps.ts";
import { MAP_FILES } from "./maps.ts";
import {
  baseEntries,
  changeEntries,
  FOLLOWED_KEY,
  type MapEntry,
  prefixesIn,
  type Rows,
  rowsOf,
  VERSION_KEY,
} from "./route-entries.ts";
import { isSame, type RuntimeMap, runtimeMap } from "./runtime-map.ts";
import { type Ask, SocketProblem } from "./runtime-socket.ts";

/**
 * One HAProxy that answers from our maps: in its memory, where requests look, and on disk, from which it starts.
 *
 * Like a stationmaster with a board and a book: the book is written first, so whoever opens the station tomorrow puts the same up.
 *
 * 1. Disk before memory: HAProxy never restarts into something older than what it was seen to answer from.
 * 2. Neither goes back: a table older than either is refused.
 * 3. A map is swapped whole, after what was sent has been read back; until then every request is answered from the old one.
 * 4. A followed loss is a line of the table's own map: it goes away with the table that it was said of, at the same moment.
 * 5. Only what differs from the base is sent (route-entries.ts). The base is written anew when we don't know it, or when half has changed, and
 *    only after all of the table stands in the changes: whatever it holds meanwhile, nobody is answered by it.
 */
export type OneHaproxy = {
  readonly name: string;
  /** The version it was last seen to answer from; null: not seen yet. */
  version(): number | null;
  apply(maps: WantedMaps, signal: AbortSignal): Promise<Outcome>;
  /** Follows a loss in the table of this version; `grown` are losses that this one contains, and may take the place of. */
  follow(loss: FollowedLoss, signal: AbortSignal): Promise<Outcome>;
};

export type WantedMaps = {
  readonly table: RouteTable;
  readonly hosts: readonly MapEntry[];
  readonly zones: readonly MapEntry[];
};

export type FollowedLoss = { readonly version: number; readonly loss: string; readonly grown: readonly string[] };

export function oneHaproxy(options: {
  readonly name: string;
  readonly ask: Ask;
  /** As HAProxy's config names it. */
  readonly mapsFolder: string;
  /** Null: its disk is out of our reach. */
  readonly kept: KeptMaps | null;
}): OneHaproxy {
  const { name, ask, mapsFolder, kept } = options;
  const map = (file: keyof typeof MAP_FILES): RuntimeMap => runtimeMap(ask, `${mapsFolder}/${MAP_FILES[file]}`);
  const [routes, changes] = [map("routes"), map("changes")];
  let seen: number | null = null;
  let base: Base | null = null;
  /** The base on disk is the one that we know. */
  let isBaseKept = false;
  const readVersion = async (signal: AbortSignal): Promise<number> => {
    seen = Number((await changes.find(VERSION_KEY, signal)) ?? 0);
    return seen;
  };
  /** Somebody may have meddled with its lines. */
  const isBaseWhole = async (signal: AbortSignal): Promise<boolean> =>
    base !== null && isSame(await routes.read(signal), baseEntries(base.table));
  const applyTo = async (wanted: WantedMaps, signal: AbortSignal): Promise<Outcome> => {
    const { table } = wanted;
    const { version } = table;
    const onDisk = kept === null ? { version: 0, problem: null } : keep(kept, wanted, isBaseKept ? base : null);
    if (onDisk.version > version) return older(name, onDisk.version, version);
    const has = await readVersion(signal);
    const inHosts = await map("hosts").read(signal);
    const inZones = await map("zones").read(signal);
    const inBase = await routes.find(VERSION_KEY, signal);
    if (has > version) return older(name, has, version);
    if (!isSame(inHosts, wanted.hosts)) await map("hosts").replace(wanted.hosts, signal);
    if (!isSame(inZones, wanted.zones)) await map("zones").replace(wanted.zones, signal);
    const known =
      inBase === String(base?.table.version) && (has < version || (await isBaseWhole(signal))) ? base : null;
    const { entries, changedShare } = changeEntries(
      table,
      known?.rows ?? unknownRows(prefixesIn((await routes.read(signal)).keys())),
    );
    const lines = has === version ? await changes.read(signal) : null;
    // Of this version, so it stays followed whatever else is mended.
    const followed = lines?.get(FOLLOWED_KEY);
    const wantedLines = withFollowed(entries, followed);
    if (lines === null || !isSame(lines, wantedLines)) {
      await changes.replace(wantedLines, signal, async () => {
        const now = await readVersion(signal);
        if (now > version) throw new SocketProblem("refused", "table-not-newer", older(name, now, version).says);
      });
      const now = await readVersion(signal);
      if (now !== version)
        return { kind: "retry", code: "not-applied", says: `${name} answers from version ${now}, not from ${version}` };
    }
    const isOnlyInMemory = kept !== null && !isBaseKept && onDisk.problem === null;
    if (known === null || isOnlyInMemory || changedShare > REBASE_SHARE) await rebase(table, followed, signal);
    return onDisk.problem === null ? { kind: "done" } : notKept(name, onDisk.problem);
  };
  /** The table is answered from already: what is missing for the next one to be quick can wait for the next one. */
  const rebase = async (table: RouteTable, followed: string | undefined, signal: AbortSignal): Promise<void> => {
    const rows = rowsOf(table);
    const { entries } = changeEntries(table, rows);
    try {
      isBaseKept = false;
      if (kept !== null) {
        kept.write("routes", baseEntries(table));
        kept.write("changes", withFollowed(entries, followed));
        isBaseKept = true;
      }
    } catch {
      // Told by the apply that comes next, which tries to write there too.
    }
    try {
      await routes.replace(baseEntries(table), signal);
      base = { table, rows };
      await changes.replace(withFollowed(entries, followed), signal, async () => {
        const [now, loss] = [await readVersion(signal), await changes.find(FOLLOWED_KEY, signal)];
        if (now !== table.version || loss !== (followed ?? null))
          throw new SocketProblem("retry", "conflict", `${name}: its changes were written meanwhile`);
      });
    } catch (error) {
      if (!(error instanceof SocketProblem)) throw error;
    }
  };
  const followIn = async ({ version, loss, grown }: FollowedLoss, signal: AbortSignal): Promise<Outcome> => {
    const has = await readVersion(signal);
    if (has !== version) {
      const says = `${name} answers from version ${has}, and the notice is for ${version}`;
      return { kind: has > version ? "refused" : "retry", code: "notice-other-version", says };
    }
    const followed = await changes.find(FOLLOWED_KEY, signal);
    if (followed !== null && followed !== loss && !grown.includes(followed))
      return { kind: "refused", code: "notice-second", says: `${name} follows ${followed} for version ${version}` };
    let problem: string | null = null;
    if (kept !== null) {
      try {
        if (kept.version() === version) kept.follow(loss);
      } catch (error) {
        problem = wordsOf(error);
      }
    }
    if (followed !== loss) await changes.set([FOLLOWED_KEY, loss], signal);
    return problem === null ? { kind: "done" } : notKept(name, problem);
  };
  return {
    name,
    version: () => seen,
    apply: (maps, signal) => worldsFailure(name, () => applyTo(maps, signal)),
    follow: (loss, signal) => worldsFailure(name, () => followIn(loss, signal)),
  };
}

type Base = { readonly table: RouteTable; readonly rows: Rows };

/** More than this share of all rows differs from the base: then the changes are no smaller than a new one. */
const REBASE_SHARE = 0.5;

const unknownRows = (prefixes: readonly string[]): ReadonlyMap<string, null> =>
  new Map(prefixes.map((prefix) => [prefix, null]));

const withFollowed = (entries: readonly MapEntry[], followed: string | undefined): readonly MapEntry[] =>
  followed === undefined ? entries : [...entries, [FOLLOWED_KEY, followed]];

/** The version that stands there and is newer; or what kept ours from standing there. Traffic does not wait for a disk. */
function keep(
  kept: KeptMaps,
  { table, hosts, zones }: WantedMaps,
  base: Base | null,
): { readonly version: number; readonly problem: string | null } {
  try {
    const { version } = table;
    const has = kept.version();
    if (has > version) return { version: has, problem: null };
    kept.write("hosts", hosts);
    kept.write("zones", zones);
    // The same version has its followed loss there too, maybe.
    if (has < version) kept.write("changes", changeEntries(table, base?.rows ?? unknownRows(kept.prefixes())).entries);
    return { version, problem: null };
  } catch (error) {
    return { version: 0, problem: wordsOf(error) };
  }
}

const older = (name: string, has: number, came: number): Outcome & { readonly says: string } => ({
  kind: "refused",
  code: "table-not-newer",
  says: `${name} has version ${has} already, and ${came} came`,
});

const notKept = (name: string, because: string): Outcome => ({
  kind: "done",
  says: `${name} answers so, and after a restart will not: ${because}`,
});

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function worldsFailure(name: string, go: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await go();
  } catch (error) {
    if (!(error instanceof SocketProblem)) throw error;
    return { kind: error.kind, code: error.code, says: `${name}: ${error.message}` };
  }
}
