/**
 * How long ago was that? etcd counts changes, not time, and the clocks of those who write may be wrong by an hour. So a
 * reader notes when it first saw a revision, as one who looks at the tide mark each minute: what was written at revision
 * 700 is at least as old as the first look that showed 700. A quiet time is told too short by one look at most, never too
 * long; that errs towards leaving a request with whoever holds it.
 *
 * 1. What a process has seen itself counts by its own monotonic clock.
 * 2. What is older than the process counts by marks in etcd: the revision at each full minute, written by whoever is there.
 *    Minutes in which nobody was there do not count.
 */
export type EtcdClock = {
  /** Each answer of etcd tells its revision. */
  saw(revision: number): void;
  /** Milliseconds that the change of that revision is old, at least. */
  ageMs(revision: number): number;
  /** The marks as they are in etcd now, changed at that revision. */
  readMarks(marks: Marks, changedAt: number): void;
  /** The marks to write if a minute has passed since the last ones; null: not yet. */
  nextMarks(): Marks | null;
  lastRevision(): number;
};

/** The minutes counted in this cell, and the revision at some of them, oldest first. */
export type Marks = {
  readonly minute: number;
  readonly revisions: readonly (readonly [minute: number, revision: number])[];
};

export const markEveryMs = 60_000;
/** Each minute of two hours, then each hour of a month: enough to keep answers for as long as anyone tries again. */
const minutesKept = 120;
const hoursKept = 31 * 24;
/** Looks closer together than this are one. */
const lookEveryMs = 20;
/** With the spacing above at least 80 s, longer than a mark; older looks are what the marks are for. */
const looksKept = 4_096;

export function etcdClock(now: () => number = () => performance.now()): EtcdClock {
  const openedAt = now();
  let looks: { readonly revision: number; readonly at: number }[] = [];
  let last = 0;
  let marks: Marks = { minute: 0, revisions: [] };
  let marksChangedAt = 0;

  function ageOf(revision: number): number {
    let [from, to] = [0, looks.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((looks[middle]?.revision ?? 0) < revision) from = middle + 1;
      else to = middle;
    }
    const first = looks[from];
    return first === undefined ? 0 : now() - first.at;
  }

  return {
    saw(revision) {
      if (revision <= last) return;
      last = revision;
      const at = now();
      const newest = looks.at(-1);
      // The newest look is pushed ahead until it has its distance from the one before: its time is never too early.
      const before = looks.at(-2);
      if (newest !== undefined && before !== undefined && at - before.at < lookEveryMs) looks.pop();
      looks.push({ revision, at });
      if (looks.length > looksKept) looks = looks.slice(looksKept / 4);
    },
    ageMs(revision) {
      const mark = marks.revisions.find(([, at]) => at >= revision);
      return Math.max(ageOf(revision), mark === undefined ? 0 : (marks.minute - mark[0]) * markEveryMs);
    },
    readMarks(read, changedAt) {
      marks = read;
      marksChangedAt = changedAt;
    },
    nextMarks() {
      const sinceMs = marksChangedAt === 0 ? now() - openedAt : ageOf(marksChangedAt);
      if (sinceMs < markEveryMs) return null;
      const minute = marks.minute + 1;
      const revisions = [...marks.revisions, [minute, last] as const].filter(
        ([at]) => minute - at < minutesKept || (at % 60 === 0 && minute - at < hoursKept * 60),
      );
      return { minute, revisions };
    },
    lastRevision: () => last,
  };
}
