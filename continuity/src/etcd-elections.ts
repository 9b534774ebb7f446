import type { Client } from "@grpc/grpc-js";
import { statusOf } from "./etcd-leadership.ts";

/**
 * Who waits for an answer that can't come any more. What was on its way to a leader that died or stands still is lost, and no
 * member says so. As at a counter whose clerk has changed: whoever queued before that asks again. While an answer is late, each
 * member is asked which election it knows; with a newer one than at the time of asking, the call ends here, to be sent again.
 */
export type Elections = {
  /** An answer told the number of the cell's election (its Raft term). */
  saw(term: bigint): void;
  /** `askAgain` is called once at most: when a leader was elected since. Returns what ends the wait. */
  waits(askAgain: () => void): () => void;
  close(): void;
};

/** An answer is late after some commits' time, also on a slow disk; asking costs a member next to nothing. */
const lateMs = 200;
const lookEveryMs = 100;
const statusWithinMs = 500;

type Waiting = { readonly since: number; readonly term: bigint; readonly askAgain: () => void };

export function elections(
  members: readonly { readonly kv: Client }[],
  /** That member knows the newly elected leader. */
  elected: (member: number) => void,
): Elections {
  const waiting = new Set<Waiting>();
  const asked = new Set<number>();
  let term = 0n;
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    // In the order in which they began.
    const [oldest] = waiting;
    if (oldest === undefined) return rest();
    if (performance.now() - oldest.since < lateMs) return;
    for (const member of members.keys()) if (!asked.has(member)) void ask(member);
  }

  async function ask(member: number): Promise<void> {
    asked.add(member);
    const status = await statusOf((members[member] as { readonly kv: Client }).kv, statusWithinMs);
    asked.delete(member);
    if (status instanceof Error || status.leader === 0n || status.term < term) return;
    if (status.term > term) elected(member);
    term = status.term;
    const lateSince = performance.now() - lateMs;
    for (const each of waiting) {
      if (each.term >= term || each.since > lateSince) continue;
      waiting.delete(each);
      each.askAgain();
    }
  }

  function rest(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  return {
    saw: (newer) => void (term = newer > term ? newer : term),
    waits(askAgain) {
      const one: Waiting = { since: performance.now(), term, askAgain };
      waiting.add(one);
      timer ??= setInterval(look, lookEveryMs).unref();
      return () => void waiting.delete(one);
    },
    close() {
      waiting.clear();
      rest();
    },
  };
}
