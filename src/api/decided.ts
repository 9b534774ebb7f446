import type { UnixMs } from "../core/step.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { Decision, NotedVerdict } from "../runtime/recorder.ts";
import type { Range } from "./query.ts";

/** What Houston decided and what it thought, for programs: reasons by their codes, verdicts as they changed. Oldest first. */
export type Decided = {
  readonly decisions: readonly (Decision & { readonly at: UnixMs })[];
  readonly verdicts: readonly (NotedVerdict & { readonly at: UnixMs })[];
};

/** The newest `limit` of each in a stretch of time. */
export async function decidedIn(store: LogStore, range: Range): Promise<Decided> {
  const [decisions, verdicts] = await Promise.all([
    store.records({ kind: "decision", ...range }),
    store.records({ kind: "verdict", ...range }),
  ]);
  return {
    decisions: decisions.map(({ at, body }) => ({ at, ...(body as Decision) })).toReversed(),
    verdicts: verdicts.map(({ at, body }) => ({ at, ...(body as NotedVerdict) })).toReversed(),
  };
}
