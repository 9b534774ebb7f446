import { request } from "undici";
import { LATE, lateness } from "../../drivers/chat/late.ts";
import type { Planet } from "../up.ts";

/** One line of Houston's timeline, as `GET /api/timeline` gives it. */
export type TimelineEntry = {
  readonly at: number;
  readonly what: string;
  readonly level?: string;
  readonly location?: string;
  readonly incident?: number;
};

const LOOK_EVERY_MS = 500;
/** After so many failed looks in a row we say once that Houston does not answer. */
const SILENT_LOOKS = 4;
const USERS_EVERY_MS = 60_000;
/** A busy Houston hands out a line some time after its moment: so far back is looked again. */
const LATE_MS = 10_000;

/** More than Houston can say within what is looked at again. */
const SEEN_MAX = 1000;

/** What of a planet is read. */
type Followed = Pick<Planet, "startedAt" | "houston" | "api" | "token" | "usersSay">;

/**
 * Reads the timeline for people: a line when something changes, a summary each minute. Looks are repeated
 * rather than streamed, so that a Houston that is killed and comes back loses no line.
 */
export function followTimeline(planet: Followed, show: (entry: TimelineEntry, line: string) => void): { stop(): void } {
  let since = planet.startedAt;
  let silent = 0;
  let usersAt = Date.now() + USERS_EVERY_MS;
  const seen = new Set<string>();

  const isLate = lateness();
  const say = (entry: TimelineEntry): void =>
    show(entry, `${clock(entry.at)}  ${entry.what}${isLate(entry.at) ? LATE : ""}`);
  const look = async (): Promise<void> => {
    if (planet.houston) {
      try {
        const entries = await read(
          `${planet.api}/api/timeline?since=${Math.max(planet.startedAt, since - LATE_MS)}`,
          planet.token,
        );
        if (silent >= SILENT_LOOKS) say({ at: Date.now(), what: "Houston answers again" });
        silent = 0;
        for (const entry of entries.toSorted((a, b) => a.at - b.at)) {
          const key = `${entry.at} ${entry.what}`;
          if (seen.has(key)) continue;
          seen.add(key);
          since = Math.max(since, entry.at);
          say(entry);
        }
        for (const key of seen) {
          if (seen.size <= SEEN_MAX) break;
          seen.delete(key);
        }
      } catch {
        if (++silent === SILENT_LOOKS)
          say({ at: Date.now(), what: "Houston does not answer; edges and DNS go on with their last table" });
      }
    }
    if (Date.now() >= usersAt) {
      usersAt += USERS_EVERY_MS;
      const says = await planet.usersSay().catch(() => null);
      if (says !== null) say({ at: Date.now(), what: says, level: "info" });
    }
  };

  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const next = (): void => {
    timer = setTimeout(() => {
      void look().finally(() => {
        if (!stopped) next();
      });
    }, LOOK_EVERY_MS);
  };
  next();
  return {
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

async function read(url: string, token: string): Promise<readonly TimelineEntry[]> {
  const { statusCode, body } = await request(url, {
    headers: { authorization: `Bearer ${token}` },
    headersTimeout: 1000,
    bodyTimeout: 1000,
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`the timeline was answered with HTTP ${statusCode}`);
  return (JSON.parse(text) as { entries: TimelineEntry[] }).entries;
}

/** Local time of day: what a person compares with the clock on the wall. */
function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
