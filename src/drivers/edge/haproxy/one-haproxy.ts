import type { Outcome } from "../../../core/control-contract.ts";
import type { KeptMaps } from "./kept-maps.ts";
import { MAP_FILES } from "./maps.ts";
import { FOLLOWED_KEY, type MapEntry, VERSION_KEY } from "./route-entries.ts";
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
  readonly version: number;
  readonly routes: readonly MapEntry[];
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
  const routes = map("routes");
  let seen: number | null = null;
  const readVersion = async (signal: AbortSignal): Promise<number> => {
    seen = Number((await routes.find(VERSION_KEY, signal)) ?? 0);
    return seen;
  };
  const applyTo = async (wanted: WantedMaps, signal: AbortSignal): Promise<Outcome> => {
    const { version } = wanted;
    const onDisk = kept === null ? { version: 0, problem: null } : keep(kept, wanted);
    if (onDisk.version > version) return older(name, onDisk.version, version);
    const has = await readVersion(signal);
    if (has > version) return older(name, has, version);
    for (const file of ["hosts", "zones"] as const) {
      const runtime = map(file);
      if (!isSame(await runtime.read(signal), wanted[file])) await runtime.replace(wanted[file], signal);
    }
    const lines = await routes.read(signal);
    // Of this version, so it stays followed whatever else is mended.
    const followed = has === version ? lines.get(FOLLOWED_KEY) : undefined;
    const entries: readonly MapEntry[] =
      followed === undefined ? wanted.routes : [...wanted.routes, [FOLLOWED_KEY, followed]];
    if (!isSame(lines, entries)) {
      await routes.replace(entries, signal, async () => {
        const now = await readVersion(signal);
        if (now > version) throw new SocketProblem("refused", "table-not-newer", older(name, now, version).says);
      });
      const now = await readVersion(signal);
      if (now !== version)
        return { kind: "retry", code: "not-applied", says: `${name} answers from version ${now}, not from ${version}` };
    }
    return onDisk.problem === null ? { kind: "done" } : notKept(name, onDisk.problem);
  };
  const followIn = async ({ version, loss, grown }: FollowedLoss, signal: AbortSignal): Promise<Outcome> => {
    const has = await readVersion(signal);
    if (has !== version) {
      const says = `${name} answers from version ${has}, and the notice is for ${version}`;
      return { kind: has > version ? "refused" : "retry", code: "notice-other-version", says };
    }
    const followed = await routes.find(FOLLOWED_KEY, signal);
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
    if (followed !== loss) await routes.set([FOLLOWED_KEY, loss], signal);
    return problem === null ? { kind: "done" } : notKept(name, problem);
  };
  return {
    name,
    version: () => seen,
    apply: (maps, signal) => worldsFailure(name, () => applyTo(maps, signal)),
    follow: (loss, signal) => worldsFailure(name, () => followIn(loss, signal)),
  };
}

/** The version that stands there and is newer; or what kept ours from standing there. Traffic does not wait for a disk. */
function keep(
  kept: KeptMaps,
  { version, routes, hosts, zones }: WantedMaps,
): { readonly version: number; readonly problem: string | null } {
  try {
    const has = kept.version();
    if (has > version) return { version: has, problem: null };
    kept.write("hosts", hosts);
    kept.write("zones", zones);
    // The same version has its followed loss there too, maybe.
    if (has < version) kept.write("routes", routes);
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
