import { request } from "undici";
import type { Hop, KeptShare, Trace } from "../api/contract.ts";
import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";
import type { PlanetJournal } from "./journal-desk.ts";
import type { HostPort } from "./settings.ts";

const ANSWER_WITHIN_MS = 1000;
/** Each name is a question to every world; a checkout that was tried more often than this is told by its last tries. */
const NAMES_ASKED_MAX = 12;

export function tracer(options: {
  readonly journal: Pick<PlanetJournal, "trace">;
  readonly worldAdmins: Readonly<Record<LocationName, HostPort>>;
  readonly token: string;
}): (id: string, at?: UnixMs) => Promise<Trace> {
  const ask = async (at: HostPort, path: string): Promise<unknown> => {
    const { statusCode, body } = await request(`http://${at.host}:${at.port}${path}`, {
      headers: { authorization: `Bearer ${options.token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (statusCode === 200) return body.json();
    await body.dump();
    // Who can't read what was kept does not say that there was nothing.
    if (statusCode >= 500) throw new Error(`${at.host} answered ${statusCode}`);
    return null;
  };
  return async (id, at) => {
    const silent: string[] = [];
    const tell = async (name: string, told: () => Promise<unknown>): Promise<unknown> => {
      try {
        return await told();
      } catch {
        silent.push(name);
        return null;
      }
    };
    const worlds = Object.entries(options.worldAdmins);
    const pagesOf = async (
      name: string,
      asked: readonly (readonly [LocationName, HostPort])[],
      kept = "",
    ): Promise<readonly WorldPage[]> => {
      const where = `/trace/${encodeURIComponent(name)}${kept}`;
      const pages = await Promise.all(asked.map(([world, admin]) => tell(world, () => ask(admin, where))));
      return pages.flatMap((page) => (page === null || page === undefined ? [] : [page as WorldPage]));
    };
    const [journal, first] = await Promise.all([
      tell("journal", () => options.journal.trace(id)),
      pagesOf(id, worlds, `?kept=${at ?? "all"}`),
    ]);
    // The journal knows a checkout by key, order, and each try's x-request-id; a world knows its hops by the last only.
    const answering = worlds.filter(([name]) => !silent.includes(name));
    const more = await Promise.all(otherNames(journal, id).map((name) => pagesOf(name, answering)));
    return {
      id,
      journal,
      hops: onceEach([...first, ...more.flat()].flatMap(({ hops }) => hops)).toSorted((a, b) => a.at - b.at),
      silent: [...new Set(silent)].sort(byText),
      kept: first.flatMap(({ kept }) => kept ?? []),
    };
  };
}

/** What a world answers of one name. */
type WorldPage = { readonly hops: readonly Hop[]; readonly kept?: KeptShare };

/** A try is found by its own id and by the key that all tries have. */
function onceEach(hops: readonly Hop[]): readonly Hop[] {
  const known = new Map(hops.map((hop) => [JSON.stringify(hop), hop]));
  return [...known.values()];
}

/** What the journal's record is also known by: bounded, the newest tries first, for the oldest hops are forgotten first. */
function otherNames(record: unknown, id: string): readonly string[] {
  const { id: own, names } = (record ?? {}) as { readonly id?: unknown; readonly names?: unknown };
  const known = [own, ...(Array.isArray(names) ? names.toReversed() : [])];
  const texts = known.filter((name) => typeof name === "string" && name !== id) as readonly string[];
  return [...new Set(texts)].slice(0, NAMES_ASKED_MAX);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
