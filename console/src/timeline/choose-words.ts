import type { LocationName } from "../../../src/core/estate.ts";
import type { UnixMs } from "../../../src/core/step.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";

/** Words of one location or one incident, up to a moment. The filter is a location's name, or `incident 47`. */
export function chosenWords(
  words: readonly TimelineEntry[],
  choice: { readonly filter: string | null; readonly until: UnixMs | null },
): readonly TimelineEntry[] {
  const { filter, until } = choice;
  const incident = /^incident (\d+)$/.exec(filter ?? "")?.[1];
  return words.filter((entry) => {
    if (until !== null && entry.at > until) return false;
    if (incident !== undefined) return entry.incident === Number(incident);
    return filter === null || entry.location === filter;
  });
}

export function filterChoices(known: {
  readonly locations: readonly LocationName[];
  readonly incidents: readonly number[];
  /** A permalink may name what is no longer known: it is still shown as chosen. */
  readonly chosen: string | null;
}): readonly { readonly value: string; readonly words: string }[] {
  const values = [...known.incidents.slice(0, INCIDENTS_MAX).map((number) => `incident ${number}`), ...known.locations];
  const { chosen } = known;
  const all = chosen === null || values.includes(chosen) ? values : [chosen, ...values];
  return all.map((value) => ({ value, words: `about ${value}` }));
}

/** Longer lists are searched by nobody: the number in the address finds older ones. */
const INCIDENTS_MAX = 30;
