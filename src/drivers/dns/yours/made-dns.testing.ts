import { readWeighted } from "../weighted-sets.ts";
import type { Letter, LetterSet } from "./letters.ts";

/** What stands behind a program of an operator's own: a DNS zone in memory, and its answers to Houston's letters, each held to the contract. */
export type MadeDns = {
  readonly sets: Map<string, LetterSet>;
  serial(): number;
  /** `null`: done, without a word. */
  answer(letter: Letter): MadeAnswer;
  readonly setByHand: (name: string, type: "A" | "TXT", value: string) => void;
  readonly addresses: (name: string, type: string) => readonly string[];
  /** Letters that the contract does not know. */
  readonly wrong: readonly string[];
};

export type MadeAnswer =
  | { readonly kind: "sets"; readonly sets: readonly LetterSet[] }
  | { readonly kind: "done" }
  | { readonly kind: "no"; readonly code: string; readonly says: string };

export function madeDns(domain: string): MadeDns {
  const sets = new Map<string, LetterSet>();
  const wrong: string[] = [];
  let serial = 0;
  const put = (set: LetterSet): void => {
    sets.set(keyOf(set), set);
    serial += 1;
  };
  return {
    sets,
    wrong,
    serial: () => serial,
    answer(letter) {
      if (letter.version !== 1 || (letter.do !== "read" && letter.do !== "write")) {
        wrong.push(JSON.stringify(letter));
        return { kind: "no", code: "refused", says: "no such letter" };
      }
      if (letter.domain !== domain) return { kind: "no", code: "unknown-zone", says: `${letter.domain} is not here` };
      if (letter.do === "read") {
        const keys = letter.names.flatMap(({ name, types }) => types.map((type) => keyOf({ name, type })));
        return { kind: "sets", sets: keys.flatMap((key) => sets.get(key) ?? []) };
      }
      const isAsBefore =
        letter.before.every((set) => JSON.stringify(sets.get(keyOf(set))) === JSON.stringify(set)) &&
        letter.absent.every((set) => !sets.has(keyOf(set)));
      if (!isAsBefore) return { kind: "no", code: "conflict", says: "it is not as it was before" };
      for (const set of [...letter.before, ...letter.after]) if (!isWhole(set)) wrong.push(JSON.stringify(set));
      for (const set of letter.before) sets.delete(keyOf(set));
      letter.after.forEach(put);
      return { kind: "done" };
    },
    setByHand: (name, type, value) => put({ name, type, ttlSeconds: 60, values: [value] }),
    addresses(name, type) {
      const set = sets.get(keyOf({ name, type }));
      if (set === undefined) return [];
      return "values" in set ? set.values : set.answers.flatMap(({ addresses }) => addresses).toSorted();
    },
  };
}

function keyOf({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${name} ${type}`;
}

/** A set that somebody can be answered with: never empty, no weight in disguise, all weights together a thousand. */
function isWhole(set: LetterSet): boolean {
  if (!("answers" in set))
    return set.values.length > 0 && (set.type === "TXT" || set.values.every((each) => readWeighted(each) === null));
  const sum = set.answers.reduce((total, { weight }) => total + weight, 0);
  return sum === 1000 && set.answers.every(({ weight, addresses }) => weight > 0 && addresses.length > 0);
}
