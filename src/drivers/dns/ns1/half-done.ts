import { setsDigest } from "../marker.ts";
import type { RecordChange, RecordSet } from "../record-server.ts";

/**
 * NS1 writes one record at a time, so a change of many may be cut in the middle, like a move with half of the boxes carried. Before the first
 * box a note is left beside the marker, with the digest of each state on the way: whoever finds one of those states and the note knows that
 * it is Houston's, and goes on. Any other state is somebody else's doing.
 */
export type Step =
  | { readonly kind: "delete"; readonly set: RecordSet }
  | { readonly kind: "create" | "update"; readonly set: RecordSet };

/** What is to be done to the records beside the marker, in order: what goes goes first, for a CNAME has no other record beside it. */
export function stepsOf({ before, after }: Pick<RecordChange, "before" | "after">): readonly Step[] {
  const gone = before.filter((set) => !after.some((other) => is(set, other)));
  const changed = after.filter(
    (set) => !before.some((other) => is(set, other) && setsDigest([set]) === setsDigest([other])),
  );
  return [
    ...gone.map((set) => ({ kind: "delete", set }) as const),
    ...changed.map((set) => {
      const kind = before.some((other) => is(set, other)) ? "update" : "create";
      return { kind, set } as const;
    }),
  ];
}

function is(a: RecordSet, b: RecordSet): boolean {
  return a.name === b.name && a.type === b.type;
}

/** Digests of the records before the first step, and after each. */
export function statesOf(before: readonly RecordSet[], steps: readonly Step[]): readonly string[] {
  const now = new Map(before.map((set) => [`${set.name} ${set.type}`, set]));
  const states = [setsDigest([...now.values()])];
  for (const { kind, set } of steps) {
    const key = `${set.name} ${set.type}`;
    if (kind === "delete") now.delete(key);
    else now.set(key, set);
    states.push(setsDigest([...now.values()]));
  }
  return states;
}

/** A string of a TXT record has at most 255 bytes. */
const STATES_EACH = 15;
const NOTE = "half-done ";

/** As more texts of the marker's record. */
export function notesOf(states: readonly string[]): readonly string[] {
  const notes: string[] = [];
  for (let from = 0; from < states.length; from += STATES_EACH)
    notes.push(`${NOTE}${states.slice(from, from + STATES_EACH).join(",")}`);
  return notes;
}

/** The states that notes tell, and the texts that are none. */
export function readNotes(texts: readonly string[]): {
  readonly states: readonly string[];
  readonly others: readonly string[];
} {
  const notes = texts.filter((text) => text.startsWith(NOTE));
  return {
    states: notes.flatMap((note) => note.slice(NOTE.length).split(",")),
    others: texts.filter((text) => !text.startsWith(NOTE)),
  };
}
