import { answer, continuation, serve, type JournalStore, type Step } from "@reactive-production/continuity";
import type { Post } from "./receiver.ts";

/** What every engine's checkout does at its receivers, in this order. */
export const STEPS = ["reserve", "charge", "confirm"] as const;

/** The checkout of this library, on whatever journal: rejects unless it was answered with 201. */
export function checkoutOn(store: JournalStore, post: Post): (key: string) => Promise<void> {
  const shop = continuation("checkout", { version: 1 }, async (_request: object, step: Step) => {
    for (const name of STEPS)
      await step(name, {
        kind: "idempotent",
        does: async (key) => {
          await post(`/${name}/${encodeURIComponent(key)}`);
          return { done: true };
        },
      });
    return answer(201, { order: "o-1" });
  });
  return async (key) => {
    const { status, body } = await serve(shop, store, { key, fingerprint: "f", request: {}, location: "A" });
    if (status !== 201) throw new Error(`a checkout ended with ${status}: ${body}`);
  };
}
