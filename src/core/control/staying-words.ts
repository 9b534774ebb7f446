import { bucketWords, isSameBucket } from "../suspects.ts";
import { goesLastAt, staysAt, staysWords } from "./leave-suspects.ts";
import type { Leave } from "./state.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/** What does not leave a place that is being left, and why, each as a clause: classes, buckets set apart there, and surely suspect ones. */
export function stayingWords(turn: Turn, place: DraftPlace, leave: Leave): readonly string[] {
  const { name: here } = place;
  const classes = estateOf(turn).classes.flatMap(({ name, data }) => {
    if (leave.classes.includes(name)) return [];
    if (data.kind === "one-writer") return [`${name.toUpperCase()} stays: its only writer is in ${data.location}`];
    if (data.kind === "stays") return [`${name.toUpperCase()} stays: its users' data is here alone`];
    // A person who named a class knows of the others.
    return leave.why === "person" ? [] : [`${name.toUpperCase()} stays: only a person may move it`];
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
