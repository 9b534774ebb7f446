import { setTimeout as sleep } from "node:timers/promises";
import type { HoustonClient } from "../api/client.ts";
import type { Status } from "../api/status.ts";
import type { ControlView } from "../core/control-contract.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";

/** What is heard while Houston is followed. Each may be called at any time; none may throw. */
export type Heard = {
  picture(status: Status, view: ControlView): void;
  words(entry: TimelineEntry): void;
  /** Why nothing is heard, in a sentence; null when it is heard again. */
  trouble(says: string | null): void;
};

/** The stream says nothing while nothing changes: so often it is asked whether it still lives, and who leads. */
const LOOK_EVERY_MS = 2500;
const AGAIN_FIRST_MS = 500;
const AGAIN_MOST_MS = 10_000;
/** Of what was heard, to leave out what comes twice after a break. */
const IDS_KEPT = 200;

/**
 * Follows Houston until the signal ends it: its stream, and a look by hand every few seconds. What breaks begins again,
 * later and later; what was said meanwhile is fetched. Only the first look may throw: then there was nothing to follow.
 */
export async function followHouston(houston: HoustonClient, signal: AbortSignal, heard: Heard): Promise<void> {
  let [status, view] = await Promise.all([houston.status(), houston.view()]);
  let saidAt = view.at;
  const ids: string[] = [];
  heard.picture(status, view);

  const see = (seen: ControlView): void => {
    // A look that took long is older than what the stream brought meanwhile; a Houston that began anew may be older too.
    if (seen.at >= view.at || seen.routeTableVersion < view.routeTableVersion) view = seen;
    heard.picture(status, view);
  };
  const say = (entry: TimelineEntry): void => {
    if (ids.includes(entry.id)) return;
    ids.splice(0, ids.length - IDS_KEPT);
    ids.push(entry.id);
    saidAt = Math.max(saidAt, entry.at);
    heard.words(entry);
  };
  const look = async (): Promise<void> => {
    const [newStatus, seen] = await Promise.all([houston.status(), houston.view()]);
    status = newStatus;
    see(seen);
  };
  /** The stream until it breaks; `onAlive` when it begins. */
  const attempt = async (onAlive: () => void): Promise<void> => {
    let alive = false;
    const breaking = new AbortController();
    const ended = AbortSignal.any([signal, breaking.signal]);
    const looking = (async () => {
      while (await waited(LOOK_EVERY_MS, ended)) await look();
    })().catch((error: unknown) => breaking.abort(error));
    try {
      for await (const event of houston.stream(ended)) {
        if (!alive) {
          alive = true;
          onAlive();
          // From here on nothing is missed, and this is what was.
          for (const entry of await houston.timeline({ since: saidAt })) say(entry);
        }
        if (event.event === "view") see(event.data);
        else if (event.event === "words") say(event.data);
      }
      throw new Error("its stream ended");
    } finally {
      breaking.abort();
      await looking;
    }
  };

  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      if (failures > 0) await look();
      await attempt(() => {
        if (failures > 0) heard.trouble(null);
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      heard.trouble(error instanceof Error ? error.message : String(error));
    }
    await waited(Math.min(AGAIN_MOST_MS, AGAIN_FIRST_MS * 2 ** failures), signal);
  }
}

/** False when the signal came first. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
