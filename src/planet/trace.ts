import { request } from "undici";
import type { LocationName } from "../core/estate.ts";
import type { HostPort } from "./settings.ts";

/** A request's way: what its journal says, and every hop that the worlds remember, in order of time. */
export type Trace = {
  readonly id: string;
  /** The journal's entry; null when it knows no such request. */
  readonly journal: unknown;
  readonly hops: readonly Hop[];
  /** Who did not answer: what they know is missing here. */
  readonly silent: readonly string[];
};

/** What a world remembers of a request; more fields by kind. */
export type Hop = {
  readonly at: number;
  readonly location: string;
  readonly kind: string;
  readonly ms?: number;
  readonly status?: number;
};

const ANSWER_WITHIN_MS = 1000;

export function tracer(options: {
  readonly journal: HostPort;
  readonly worldAdmins: Readonly<Record<LocationName, HostPort>>;
  readonly token: string;
}): (id: string) => Promise<Trace> {
  const ask = async (at: HostPort, path: string): Promise<{ readonly status: number; readonly body: unknown }> => {
    const { statusCode, body } = await request(`http://${at.host}:${at.port}${path}`, {
      headers: { authorization: `Bearer ${options.token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: statusCode, body: statusCode === 200 ? await body.json() : await body.dump() };
  };
  return async (id) => {
    const path = encodeURIComponent(id);
    const silent: string[] = [];
    const tell = async (name: string, at: HostPort, where: string): Promise<unknown> => {
      try {
        const { status, body } = await ask(at, where);
        return status === 200 ? body : null;
      } catch {
        silent.push(name);
        return null;
      }
    };
    const worlds = Object.entries(options.worldAdmins);
    const [journal, ...pages] = await Promise.all([
      tell("journal", options.journal, `/requests/${path}`),
      ...worlds.map(([name, admin]) => tell(name, admin, `/trace/${path}`)),
    ]);
    // The journal knows checkouts by key and order, too; worlds know requests by their id only.
    const known = (journal as { readonly id?: unknown } | null)?.id;
    const more =
      typeof known === "string" && known !== id
        ? await Promise.all(worlds.map(([name, admin]) => tell(name, admin, `/trace/${encodeURIComponent(known)}`)))
        : [];
    const hops = [...pages, ...more].flatMap((page) => (page as { readonly hops?: Trace["hops"] } | null)?.hops ?? []);
    return {
      id,
      journal,
      hops: hops.toSorted((a, b) => a.at - b.at),
      silent: [...new Set(silent)].sort(byText),
    };
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
