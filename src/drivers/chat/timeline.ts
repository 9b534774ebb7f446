import type { Words } from "../../core/control-contract.ts";
import type { ChatDriver } from "./contract.ts";

/** A line of Houston's timeline: the words with the id of the effect that said them. */
export type TimelineEntry = Words & { readonly id: string };

export type Timeline = ChatDriver & {
  /** Newest `limit` entries from a moment on, oldest first. */
  entries(query: { readonly since?: number; readonly limit: number }): readonly TimelineEntry[];
  follow(listener: (entry: TimelineEntry) => void): () => void;
};

/** The live part; older lines are in the store. */
const KEPT = 2000;
/** Each follower is an open connection; more than this is a leak or an attack. */
const FOLLOWERS_MAX = 64;

/** The chat that is always there: what Houston says as a bounded list and a live stream. */
export function timeline(): Timeline {
  let entries: TimelineEntry[] = [];
  const ids = new Set<string>();
  const followers = new Set<(entry: TimelineEntry) => void>();
  return {
    name: "timeline",
    say(id, words) {
      if (ids.has(id)) return;
      const entry = { id, ...words };
      ids.add(id);
      entries.push(entry);
      if (entries.length > KEPT) {
        const gone = entries.slice(0, entries.length - KEPT);
        entries = entries.slice(-KEPT);
        for (const each of gone) ids.delete(each.id);
      }
      for (const follower of followers) follower(entry);
    },
    entries: ({ since = 0, limit }) => entries.filter((entry) => entry.at >= since).slice(-limit),
    follow(listener) {
      if (followers.size >= FOLLOWERS_MAX) throw new Error(`more than ${FOLLOWERS_MAX} follow the timeline`);
      followers.add(listener);
      return () => followers.delete(listener);
    },
  };
}
