import type { LocationName } from "../core/estate.ts";
import { SUMMARY_STALE_MS, type Summary } from "../core/summary.ts";
import type { UnixMs } from "../core/step.ts";
import type { Have, PeerMessage, PeerName, Transport } from "./transport.ts";

/**
 * Newest summaries between nodes: like neighbours with a notice board each. Everyone hands a new sheet to everyone; who
 * hears that a neighbour still lacks a sheet hands on a copy, one hop, of what was handed over by its own writer.
 *
 * 1. Of each location only the newest summary is kept; older, repeated and stale ones are counted and dropped.
 * 2. A summary that came by a neighbour is never handed on again.
 * 3. To each peer at most IN_FLIGHT_MAX messages are under way; what comes meanwhile goes as one, with the newest.
 */
export type Exchange = {
  /** Takes what came; gives the summaries that are news. */
  take(from: PeerName, message: PeerMessage): readonly Summary[];
  /** Sends our newest summary to everybody; `extra` goes to the deciding Houston only. */
  publish(summary: Summary, extra?: Pick<PeerMessage, "demand" | "capacity" | "tableVersion" | "conditions">): void;
  /** Our newest summary, which goes out with the next turn. */
  renew(summary: Summary): void;
  have(): Have;
  /** The newest of each location, ours included, whatever its age. */
  summaries(): readonly Summary[];
  readonly counters: ExchangeCounters;
};

export type ExchangeCounters = {
  news: number;
  late: number;
  repeated: number;
  fromTheFuture: number;
  unknown: number;
  passedOn: number;
  /** How far each location's clock seems to be from ours, milliseconds; positive: ahead. The way here included. */
  skewMs: Record<LocationName, number>;
};

const IN_FLIGHT_MAX = 2;
/** A peer lacks a summary that we have had for so long: then its own way there is slow or cut. */
const LACKS_AFTER_MS = 1500;
/** A clock that is further ahead than this is wrong, and its evidence would never grow stale. */
const FUTURE_MAX_MS = 2000;

type Board = { readonly summary: Summary; readonly direct: boolean; readonly receivedAt: UnixMs };
type Link = { inFlight: number; waiting: boolean; extra: Extra; readonly lacks: Set<LocationName> };
type Extra = Pick<PeerMessage, "demand" | "capacity" | "tableVersion" | "conditions">;

export function exchange(options: {
  readonly now: () => UnixMs;
  readonly location: LocationName;
  readonly locations: readonly LocationName[];
  readonly houston: PeerName;
  readonly transport: Transport;
}): Exchange {
  const { now, location, locations, houston, transport } = options;
  const counters: ExchangeCounters = {
    news: 0,
    late: 0,
    repeated: 0,
    fromTheFuture: 0,
    unknown: 0,
    passedOn: 0,
    skewMs: {},
  };
  const boards = new Map<LocationName, Board>();
  /** The newest that we had LACKS_AFTER_MS ago or earlier: what a peer should have by now. */
  const settled = new Map<LocationName, { readonly seq: number; readonly at: UnixMs }[]>();
  const links = new Map<PeerName, Link>(
    transport.peers.map((peer) => [peer, { inFlight: 0, waiting: false, extra: {}, lacks: new Set() }]),
  );
  let own: Summary | null = null;

  const note = (summary: Summary, direct: boolean): void => {
    const at = now();
    boards.set(summary.from, { summary, direct, receivedAt: at });
    if (!direct) return;
    const history = settled.get(summary.from) ?? [];
    const firstRecent = history.findLastIndex((each) => at - each.at >= LACKS_AFTER_MS);
    settled.set(summary.from, [...history.slice(Math.max(0, firstRecent)), { seq: summary.seq, at }]);
  };

  const learn = (peer: PeerName, has: Have): void => {
    const link = links.get(peer);
    if (!link) return;
    const at = now();
    link.lacks.clear();
    for (const [from, history] of settled) {
      if (from === peer) continue;
      const due = history.findLast((each) => at - each.at >= LACKS_AFTER_MS);
      if (due && (has[from] ?? -1) < due.seq) link.lacks.add(from);
    }
  };

  const send = (peer: PeerName, link: Link): void => {
    if (own === null) return;
    if (link.inFlight >= IN_FLIGHT_MAX) {
      link.waiting = true;
      return;
    }
    const at = now();
    const passedOn = [...link.lacks].sort(byText).flatMap((from) => {
      const board = boards.get(from);
      return board && board.direct && at - board.summary.at <= SUMMARY_STALE_MS ? [board.summary] : [];
    });
    counters.passedOn += passedOn.length;
    const extra = link.extra;
    link.extra = {};
    link.inFlight += 1;
    void handOver(peer, link, { summaries: [own, ...passedOn], ...extra }, extra);
  };

  const handOver = async (peer: PeerName, link: Link, message: PeerMessage, extra: Extra): Promise<void> => {
    const has = await transport.send(peer, message);
    link.inFlight -= 1;
    if (has) learn(peer, has);
    // What could not be handed over is still news to Houston, unless something newer came meanwhile.
    else link.extra = { ...extra, ...link.extra };
    if (!link.waiting) return;
    link.waiting = false;
    send(peer, link);
  };

  let turn = 0;

  return {
    counters,
    take(from, message) {
      const at = now();
      const news: Summary[] = [];
      for (const summary of message.summaries) {
        if (summary.from === location || !locations.includes(summary.from)) {
          counters.unknown += 1;
          continue;
        }
        if (summary.from === from) counters.skewMs[from] = summary.at - at;
        const board = boards.get(summary.from);
        if (board && summary.seq <= board.summary.seq) {
          counters.repeated += 1;
        } else if (summary.at > at + FUTURE_MAX_MS) {
          counters.fromTheFuture += 1;
        } else if (at - summary.at > SUMMARY_STALE_MS) {
          counters.late += 1;
        } else {
          counters.news += 1;
          note(summary, summary.from === from);
          news.push(summary);
        }
      }
      return news;
    },
    publish(summary, extra = {}) {
      own = summary;
      const rests = isCalm(summary);
      turn += 1;
      let index = 0;
      for (const [peer, link] of links) {
        if (peer === houston) link.extra = { ...link.extra, ...extra };
        else if (rests && index++ % REST_TURNS !== turn % REST_TURNS) continue;
        send(peer, link);
      }
    },
    renew(summary) {
      own = summary;
    },
    have() {
      const entries = [...boards].map(([from, board]) => [from, board.summary.seq] as const);
      return Object.fromEntries(own ? [...entries, [location, own.seq]] : entries);
    },
    summaries() {
      const others = [...boards.values()].map((board) => board.summary);
      const all = own ? [...others, own] : others;
      return all.sort((a, b) => byText(a.from, b.from));
    },
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * While there is nothing to tell, each peer hears of us every other tick: an hour of health needs no thousand
 * letters, and whoever is in doubt, or sees another in doubt, tells everybody each second again.
 */
const REST_TURNS = 2;
const LONG_KNOWN_LOOKS = 10;

function isCalm({ own, sees }: Summary): boolean {
  if (own.verdict !== "healthy" || Math.max(own.evidenceNats, own.aloneNats) >= own.barNats / 2) return false;
  // What has been failing for long is known to everybody.
  return Object.values(sees).every(({ failedLooks }) => failedLooks === 0 || failedLooks > LONG_KNOWN_LOOKS);
}
