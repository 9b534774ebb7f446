import type { Incident } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import type { TimelineEntry } from "../../drivers/chat/timeline.ts";
import type { Clock } from "../../runtime/clock.ts";
import { isGone, missingSince } from "../absence.ts";
import type { ChatFace, ChatLog, Moment } from "../contract.ts";
import { deliverer, type Letter, type Post } from "../deliver.ts";
import { incidentKey, type ChatMemory } from "../memory.ts";
import { materialOf } from "../parts.ts";
import { webhookHeaders } from "../../drivers/webhook-signature.ts";

/**
 * The webhook for whatever has no face of its own: each incident as it opens, changes and closes, with what was said since the
 * last time, as signed JSON. In order for each incident; each delivery has an id by which a repeated one is known.
 */
export type WebhookBody = {
  readonly version: 1;
  /** The same at each attempt, and as in the header `webhook-id`. */
  readonly id: string;
  readonly incident: Incident;
  /** Oldest first. */
  readonly words: readonly TimelineEntry[];
};

type Kept = {
  readonly deliveries: number;
  /** What the receiver was last told of. */
  readonly told: string | null;
  /** Not told yet. */
  readonly wanted: string | null;
  readonly words: readonly TimelineEntry[];
  /** On its way, kept so that after a restart the very same goes again. */
  readonly sending: { readonly id: string; readonly body: string; readonly material: string } | null;
};

/** More is a receiver that was away for long: it gets the newest, and the timeline has them all. */
const WORDS_MAX = 100;
/** Far more than are open at once: a number that grows past it is a fault of ours. */
const INCIDENTS_MAX = 500;
/** Words come faster than views: so long, and so many, wait for their incident to be shown. */
const EARLY_FOR_MS = 60_000;
const EARLY_MAX = 100;
const FACE = "webhook";

export function webhookFace(options: {
  readonly url: string;
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly memory: ChatMemory;
  readonly log: ChatLog;
  readonly post: Post;
}): ChatFace {
  const { url, key: signingKey, clock, memory, log, post } = options;
  const kept = new Map([...memory.incidents(FACE)].map(([key, one]) => [key, one as Kept]));
  const newest = new Map<string, Incident>();
  const missing = new Map<string, UnixMs>();
  let early: readonly { readonly entry: TimelineEntry; readonly takenAt: UnixMs }[] = [];

  const keep = (key: string, next: Kept): void => {
    kept.set(key, next);
    memory.keepIncident(FACE, key, next);
  };

  const letterOf = (key: string): Letter | null => {
    let one = kept.get(key)!;
    if (one.sending === null) {
      const incident = newest.get(key);
      if (incident === undefined || (one.wanted === one.told && one.words.length === 0)) return null;
      const id = `incident-${key}-${one.deliveries + 1}`;
      const body: WebhookBody = { version: 1, id, incident, words: one.words };
      one = {
        ...one,
        deliveries: one.deliveries + 1,
        words: [],
        sending: { id, body: JSON.stringify(body), material: one.wanted ?? "" },
      };
      keep(key, one);
    }
    const { id, body } = one.sending!;
    return { about: key, url, body, headers: (seconds) => webhookHeaders({ key: signingKey, id, seconds, body }) };
  };

  const sender = deliverer({
    name: FACE,
    clock,
    log,
    post,
    next: (isOnItsWay) =>
      [...kept.keys()]
        .filter((key) => !isOnItsWay(key))
        .sort((a, b) => urgencyOf(newest.get(b)) - urgencyOf(newest.get(a)) || (a < b ? -1 : 1))
        .flatMap((key) => letterOf(key) ?? []),
    done({ about: key }) {
      const one = kept.get(key);
      // Refused or given up on: what it said is old by now, and the next one says how things are.
      if (one?.sending) keep(key, { ...one, told: one.sending.material, sending: null });
    },
  });

  const take = (moment: Moment): void => {
    const current = new Set(moment.view.incidents.map(incidentKey));
    for (const [key, one] of kept) {
      const since = missingSince(missing.get(key) ?? null, { isShown: current.has(key), moment });
      if (since === null) missing.delete(key);
      else missing.set(key, since);
      // Told, or nobody here knows any more what was to be told. Earlier its numbers would begin anew: a receiver that
      // knows a letter by its id would take the next one for an old one.
      if (!isGone(since, moment.at) || one.sending !== null || (one.words.length > 0 && newest.has(key))) continue;
      kept.delete(key);
      newest.delete(key);
      missing.delete(key);
      memory.forgetIncident(FACE, key);
    }
    const words = [...early, ...moment.words.map((entry) => ({ entry, takenAt: moment.at }))];
    const shown = new Set(moment.view.incidents.map(({ number }) => number));
    early = words
      .filter(
        ({ entry, takenAt }) =>
          entry.incident !== undefined && !shown.has(entry.incident) && moment.at - takenAt < EARLY_FOR_MS,
      )
      .slice(-EARLY_MAX);
    for (const incident of moment.view.incidents) {
      const key = incidentKey(incident);
      const before = kept.get(key);
      if (before === undefined && (incident.closedAt !== null || kept.size >= INCIDENTS_MAX)) continue;
      const one = before ?? FRESH;
      newest.set(key, incident);
      const wanted = materialOf(incident);
      const said = words.flatMap(({ entry }) => (entry.incident === incident.number ? [entry] : []));
      if (one === before && wanted === one.wanted && said.length === 0) continue;
      keep(key, { ...one, wanted, words: [...one.words, ...said].slice(-WORDS_MAX) });
    }
    sender.wake();
  };
  sender.wake();

  return {
    name: FACE,
    take,
    async stop() {
      sender.stop();
    },
  };
}

const FRESH: Kept = { deliveries: 0, told: null, wanted: null, words: [], sending: null };

function urgencyOf(incident: Incident | undefined): number {
  return incident === undefined ? 0 : { info: 1, change: 2, urgent: 3 }[incident.level];
}
