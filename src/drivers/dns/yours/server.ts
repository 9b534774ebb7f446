import type { Grain } from "../grain.ts";
import { setsDigest } from "../marker.ts";
import { markersAnswered } from "../markers-answered.ts";
import { namesOf, type RecordServer, retry } from "../record-server.ts";
import { type AskYours, letterSet, readSets, SETS_SHAPE } from "./letters.ts";

export type YourServer = {
  readonly ask: AskYours;
  /** What it is called in words. */
  readonly who: string;
  readonly grain: Grain;
  readonly answeredBy: readonly string[];
  readonly withinMs: number;
};

/** A look is a run of a program, or a call of somebody who counts them. */
const LOOK_AGAIN_MS = 500;

/** A DNS server that a program of an operator's own reads and writes for us. */
export function yourServer(options: YourServer): RecordServer {
  const { ask, who, withinMs } = options;
  const timed = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);

  const read: RecordServer["read"] = async ({ domain, names }, signal) => {
    const answer = await ask({ version: 1, do: "read", domain, names }, timed(signal));
    if (answer.kind !== "answer") return answer;
    const sets = readSets(answer.body);
    if (sets === null) return retry("bad-answer", `${who}: ${SETS_SHAPE}`);
    // What was not asked for is not ours to judge.
    const wanted = new Map(names.map(({ name, types }) => [name, types]));
    return { kind: "read", sets: sets.filter(({ name, type }) => wanted.get(name)?.includes(type)) };
  };

  return {
    grain: options.grain,
    lookAgainMs: LOOK_AGAIN_MS,
    leads: ["A", "AAAA", "CNAME", "ALIAS"],
    read,

    async write(change, signal) {
      const { domain, before, absent, after } = change;
      const now = await read({ domain, names: namesOf(change) }, signal);
      if (now.kind !== "read") return now;
      if (setsDigest(now.sets) !== setsDigest(before))
        return retry("conflict", `somebody wrote to ${domain} at the same time; it is looked at again`);
      const letter = {
        version: 1,
        do: "write",
        domain,
        before: before.map(letterSet),
        absent,
        after: after.map(letterSet),
      } as const;
      const answer = await ask(letter, timed(signal));
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },

    async answers(sets, domain, signal) {
      const found = await read({ domain, names: namesOf({ before: sets, absent: [] }) }, signal);
      if (found.kind !== "read") return found;
      if (setsDigest(found.sets) !== setsDigest(sets))
        return retry("not-applied", `${who} does not read back ${domain} as it was written yet`);
      return markersAnswered(sets, { servers: options.answeredBy, withinMs, signal });
    },
  };
}
