import type { Entry, JournalRecord } from "@reactive-production/continuity";

/**
 * Whether what clients were told can have happened one after the other. A journal only grows and each write says where it
 * belongs, so no search is needed, as it is for registers (Wing and Gong): the final journal is the order, and every answer has
 * to fit it and the times at which it was given.
 */
export type Told =
  | {
      readonly did: "write";
      readonly id: string;
      readonly began: number;
      readonly ended: number;
      /** Each write's entries carry a run of their own. */
      readonly run: string;
      /** How many entries its writer believed to be there. */
      readonly at: number;
      readonly outcome: "written" | "conflict" | "unknown";
    }
  | {
      readonly did: "read";
      readonly id: string;
      readonly began: number;
      readonly ended: number;
      readonly runs: readonly string[];
    };

/** What does not fit; empty when all does. */
export function misfits(told: readonly Told[], finals: ReadonlyMap<string, JournalRecord | null>): readonly string[] {
  const found: string[] = [];
  for (const [id, events] of Map.groupBy(told, (each) => each.id)) {
    const entries = finals.get(id)?.entries ?? [];
    const runs = entries.map(({ run }) => run);
    found.push(...fences(id, entries));
    const written = new Map<string, number>();
    for (const event of events) {
      if (event.did !== "write") continue;
      const places = runs.flatMap((run, place) => (run === event.run ? [place] : []));
      if (places.length > 1) found.push(`${id}: ${event.run} is there ${places.length} times`);
      if (event.outcome !== "written") continue;
      if (places[0] === event.at) written.set(event.run, event.at);
      else found.push(`${id}: ${event.run} was acknowledged at ${event.at} and is at ${String(places[0])}`);
    }
    found.push(...outOfTime(id, events, runs, written));
  }
  return found;
}

function fences(id: string, entries: readonly Entry[]): string[] {
  return entries.flatMap((entry, place) => {
    const before = entries[place - 1]?.epoch ?? 0;
    const fits = entry.kind === "begun" || entry.kind === "taken" ? entry.epoch === before + 1 : entry.epoch === before;
    return fits ? [] : [`${id}: entry ${place} has fence ${entry.epoch} after ${before}`];
  });
}

/** Whoever asked after an acknowledgement sees what was acknowledged, and writes behind it. */
function outOfTime(
  id: string,
  events: readonly Told[],
  runs: readonly string[],
  written: ReadonlyMap<string, number>,
): string[] {
  const found: string[] = [];
  for (const event of events) {
    const mustSee = events.flatMap((other) =>
      other.ended >= event.began
        ? []
        : other.did === "read"
          ? [other.runs.length]
          : [(written.get(other.run) ?? -1) + 1],
    );
    const least = Math.max(0, ...mustSee);
    if (event.did === "read") {
      if (event.runs.some((run, place) => runs[place] !== run)) found.push(`${id}: a read shows what never was`);
      if (event.runs.length < least) found.push(`${id}: a read shows ${event.runs.length} entries after ${least}`);
    } else if (event.outcome === "written" && event.at < least)
      found.push(`${id}: ${event.run} was written at ${event.at} after ${least} were there`);
  }
  return found;
}
