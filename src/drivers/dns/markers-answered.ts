import type { Outcome } from "../../core/control-contract.ts";
import { type Asked, askServer, connectionFailure } from "./ask-server.ts";
import { type RecordSet, retry } from "./record-server.ts";
import { readServerAddress } from "./tcp-exchange.ts";

type Asking = {
  /** As houston.yaml writes them; none: done. */
  readonly servers: readonly string[];
  readonly withinMs: number;
  readonly signal: AbortSignal;
};

/**
 * Whether each name server answers by the newest marker: for providers that answer hosts with one address of several, by turns, or
 * with their own.
 */
export async function markersAnswered(sets: readonly RecordSet[], asking: Asking): Promise<Outcome> {
  const marks = sets.filter(({ type }) => type === "TXT");
  const asked = marks.map(({ name }) => ({ name, type: "TXT" }) satisfies Asked);
  const outcomes = await Promise.all(
    asking.servers.map(async (server): Promise<Outcome> => {
      const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(asking.withinMs)]);
      try {
        const answers = await askServer(readServerAddress(server), asked, signal);
        const isNew = marks.every(({ values }, index) => {
          const answer = answers[index]!;
          return answer.kind === "sets" && answer.sets[0]?.values.join() === values.join();
        });
        return isNew ? { kind: "done" } : retry("not-applied", `${server} does not answer by what was written yet`);
      } catch (error) {
        return connectionFailure(error, server);
      }
    }),
  );
  return outcomes.find(({ kind }) => kind !== "done") ?? { kind: "done" };
}
