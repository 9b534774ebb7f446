import type { ClassName, LocationName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import { bucketWords, isSameBucket } from "../suspects.ts";
import { behindSeconds } from "./conditions.ts";
import { zoneDemand } from "./demand.ts";
import { goesLastAt, staysAt, staysWords } from "./leave-suspects.ts";
import type { Leave } from "./state.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/** What does not leave a place that is being left, and why, each as a clause: classes, buckets set apart there, and surely suspect ones. */
export function stayingWords(turn: Turn, place: DraftPlace, leave: Leave): readonly string[] {
  const { name: here } = place;
  const classes = estateOf(turn).classes.flatMap(({ name, data }) => {
    if (leave.classes.includes(name)) return [];
    if (data.kind === "one-writer")
      return [
        `${name.toUpperCase()} stays: its only writer is in ${data.location}${atRiskWords(turn, name, data.location)}`,
      ];
    if (data.kind === "stays") return [`${name.toUpperCase()} stays: its users' data is here alone`];
    // A person who named a class knows of the others.
    if (leave.why === "person") return [];
    const isPeoples = estateOf(turn).guards.peopleOnly.includes(name);
    return [`${name.toUpperCase()} stays: ${isPeoples ? "only a person may move it" : "it may not go unasked now"}`];
  });
  const apart = turn.now.apart.filter(({ location }) => location === here);
  const suspects = staysAt(turn, here, leave).filter((each) => !apart.some((other) => isSameBucket(each, other)));
  return [
    ...classes,
    ...apart.map((each) => `${bucketWords(each)} stays: it is set apart here`),
    ...suspects.map(staysWords),
    ...goesLastAt(turn, here, leave).map((each) => `${bucketWords(each)} goes last, alone: it may hold the trouble`),
  ];
}

/**
 * What a person who moves the writer has to know: which copy is the least behind, and how many of the class's requests fall into that time.
 * All of them are counted, for nobody here knows which ones write. Nothing, where no condition tells how far copies are behind.
 */
function atRiskWords(turn: Turn, className: ClassName, writer: LocationName): string {
  const copies = estateOf(turn).locations.flatMap(({ name }) => {
    const seconds = name === writer ? null : behindSeconds(turn, className, name);
    return seconds === null ? [] : [{ name, seconds }];
  });
  const [best] = copies.sort((a, b) => a.seconds - b.seconds || byName(a.name, b.name));
  if (best === undefined) return "";
  const zones = zoneDemand(turn)[className] ?? {};
  const rps = estateOf(turn).zones.reduce((sum, { name }) => sum + (zones[name] ?? 0), 0);
  const requests = Math.ceil(best.seconds * rps);
  return `. Moving it is a person's step: the copy in ${best.name} is ${best.seconds} s behind, so the writes of at most ${requests} requests are at risk`;
}
