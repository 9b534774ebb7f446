import type { HoustonClient } from "../api/client.ts";
import type { ControlView } from "../core/control-contract.ts";
import type { UnixMs } from "../core/step.ts";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ChatFace, ChatLog } from "./contract.ts";
import type { ChatMemory } from "./memory.ts";
import { pause } from "./pause.ts";

/**
 * Follows Houston's live stream for the faces. When it breaks it is opened again, later and later; what was said meanwhile is
 * read from the timeline, so a face misses no word and gets none twice, over a restart of either end.
 */
export type Following = { stop(): Promise<void> };

const AGAIN_AFTER_MS = 500;
const AGAIN_AFTER_MAX_MS = 10_000;
/** Houston says every two seconds that the line is alive: one that is silent for so long is held by nobody any more. */
const QUIET_MS = 12_000;
/** The most that is read after a gap; older words are in the timeline for whoever looks. */
const MISSED_MAX = 500;
/** Enough to know again what the stream and the timeline both bring. */
const IDS_KEPT = 2000;
/** A face that fails in more ways than this is known to be broken. */
const TOLD_MAX = 20;

type Cursor = { readonly at: UnixMs; readonly ids: readonly string[] };

export function followHouston(options: {
  readonly houston: Pick<HoustonClient, "stream" | "timeline">;
  readonly clock: Clock;
  readonly memory: ChatMemory;
  readonly faces: readonly ChatFace[];
  readonly log: ChatLog;
}): Following {
  const { houston, clock, memory, faces, log } = options;
  const seen = new Set<string>();
  const told = new Set<string>();
  let cursor = memory.kept("words") as Cursor | null;
  let view: ControlView | null = null;
  let silentSince: UnixMs | null = null;
  const ending = new AbortController();

  const give = (words: readonly TimelineEntry[]): void => {
    if (view === null) return;
    for (const face of faces) {
      try {
        face.take({ at: clock.now(), view, words, silentSince });
      } catch (error) {
        const what = `${face.name}: ${error instanceof Error ? error.message : String(error)}`;
        // Twice a second it would fail the same way.
        if (told.has(what) || told.size >= TOLD_MAX) continue;
        told.add(what);
        log("problem", error instanceof Error ? `${face.name}: ${error.stack ?? error.message}` : what);
      }
    }
  };

  const isNew = (entry: TimelineEntry): boolean => {
    if (seen.has(entry.id) || cursor?.ids.includes(entry.id) === true) return false;
    seen.add(entry.id);
    if (seen.size > IDS_KEPT) seen.delete(seen.values().next().value!);
    return true;
  };

  /** The cursor moves after the faces have it: a crash between tells a face again, and faces know what they have told. */
  const giveWords = (entries: readonly TimelineEntry[]): void => {
    // Without a view no face can take them; with the first view comes all that was said.
    if (view === null) return;
    const fresh = entries.filter(isNew);
    if (fresh.length === 0) return;
    give(fresh);
    const at = fresh.reduce((newest, entry) => Math.max(newest, entry.at), cursor?.at ?? 0);
    cursor = {
      at,
      ids: [...(cursor?.at === at ? cursor.ids : []), ...fresh.filter((entry) => entry.at === at).map(({ id }) => id)],
    };
    memory.keep("words", cursor);
  };

  /** Who starts for the first time tells of what is open, from its beginning, and of nothing older. */
  const since = (now: ControlView): UnixMs => {
    if (cursor !== null) return cursor.at;
    const open = now.incidents.filter(({ closedAt }) => closedAt === null).map(({ openedAt }) => openedAt);
    return Math.min(clock.now(), ...open);
  };

  const followOnce = async (): Promise<void> => {
    const breaking = new AbortController();
    const breakOff = (): void => breaking.abort();
    ending.signal.addEventListener("abort", breakOff, { once: true });
    let heardAt = clock.now();
    const watch = clock.every(QUIET_MS / 4, () => {
      if (clock.now() - heardAt >= QUIET_MS) breaking.abort(new Error(`nothing was heard for ${QUIET_MS / 1000} s`));
    });
    try {
      let caughtUp = false;
      for await (const { event, data } of houston.stream(breaking.signal)) {
        heardAt = clock.now();
        if (event === "alive") continue;
        if (event === "words") {
          giveWords([data]);
          continue;
        }
        view = data;
        if (silentSince !== null) log("info", "Houston answers again");
        silentSince = null;
        if (!caughtUp) {
          caughtUp = true;
          giveWords(await houston.timeline({ since: since(data), limit: MISSED_MAX }));
        }
        give([]);
      }
    } finally {
      watch();
      breaking.abort();
      ending.signal.removeEventListener("abort", breakOff);
    }
  };

  const run = async (): Promise<void> => {
    let waitMs = AGAIN_AFTER_MS;
    while (!ending.signal.aborted) {
      const began = clock.now();
      const why = await followOnce().then(
        () => "it ended",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (ending.signal.aborted) return;
      if (silentSince === null) log("problem", `Houston's stream broke off: ${why}; opened again until it is there`);
      if (clock.now() - began > AGAIN_AFTER_MAX_MS) waitMs = AGAIN_AFTER_MS;
      silentSince ??= clock.now();
      give([]);
      await pause(clock, waitMs, ending.signal);
      waitMs = Math.min(waitMs * 2, AGAIN_AFTER_MAX_MS);
    }
  };
  const running = run();

  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}
