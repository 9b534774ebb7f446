import { setImmediate as othersFirst, setTimeout as sleep } from "node:timers/promises";

/** Work this long, then let others work: the loop that decides shares the thread, and its ticks come each 250 ms. */
const WORK_MS = 5;
const REST_MS = 15;

/** The same items, with rests three times as long as the work: for what nobody waits for at a screen. Throws when it is broken off. */
export function gently<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  return inSlices(items, () => sleep(REST_MS, undefined, { signal }));
}

/** The same items; whatever else waits has its turn in between. */
export function byTurns<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  return inSlices(items, () => othersFirst());
}

async function* inSlices<Item>(items: AsyncIterable<Item>, rest: () => Promise<unknown>): AsyncGenerator<Item> {
  let since = performance.now();
  for await (const item of items) {
    yield item;
    if (performance.now() - since < WORK_MS) continue;
    await rest();
    since = performance.now();
  }
}
