import type { UnixMs } from "../../core/step.ts";
import type { Book, PicturePhase, Thread } from "./book.ts";

/** The next file for a thread: a picture of the traffic, or the report of a closed incident. Pure. */
export type FileJob =
  | {
      readonly kind: "picture";
      readonly key: string;
      readonly thread: string;
      readonly phase: PicturePhase;
      readonly replaces: string | null;
    }
  | { readonly kind: "report"; readonly key: string; readonly thread: string };

/** A picture is worth drawing when a good part is out, when all is, and at the end: three at most, each in place of the last. */
const ORDER: readonly PicturePhase[] = ["leaving", "out", "closed"];
const LEAVING_FROM = 0.25;
/** What has just come about is no line yet: users follow within a TTL. */
const SETTLES_MS = 15_000;
/** Houston writes its last words of an incident first. */
const REPORT_AFTER_MS = 5000;
/** A day later nobody waits for it any more. */
const FILES_FOR_MS = 86_400_000;

export function nextFile(book: Book, at: UnixMs): FileJob | null {
  for (const thread of book.threads) {
    const { key, root, files, incident } = thread;
    if (root.kind !== "posted" || at < files.notBefore) continue;
    if (incident.closedAt !== null && at - incident.closedAt > FILES_FOR_MS) continue;
    const phase = phaseDue(thread, at);
    if (phase !== null) {
      return { kind: "picture", key, thread: root.ts, phase, replaces: thread.pictures.at(-1)?.file ?? null };
    }
    if (thread.report === "due" && at - (incident.closedAt ?? at) >= REPORT_AFTER_MS)
      return { kind: "report", key, thread: root.ts };
  }
  return null;
}

function phaseDue({ incident, farthest, pictures }: Thread, at: UnixMs): PicturePhase | null {
  if (farthest === null) return null;
  const phase = phaseOf(incident, at);
  const last = pictures.at(-1)?.phase;
  const isNew = phase !== null && (last === undefined || ORDER.indexOf(phase) > ORDER.indexOf(last));
  return isNew ? phase : null;
}

function phaseOf({ closedAt, progress }: Thread["incident"], at: UnixMs): PicturePhase | null {
  if (closedAt !== null) return "closed";
  if (progress === null || progress.wantedShare <= 0) return null;
  if (progress.doneAt !== null) return at - progress.doneAt >= SETTLES_MS ? "out" : null;
  return progress.movedShare >= LEAVING_FROM * progress.wantedShare ? "leaving" : null;
}
