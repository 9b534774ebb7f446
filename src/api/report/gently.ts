import { setTimeout as sleep } from "node:timers/promises";

/** Work this long, then rest three times as long: the loop that decides shares the thread, and its ticks come each 250 ms. */
const WORK_MS = 5;
const REST_MS = 15;

/** The same items, with rests between: long work that must not keep anybody waiting. Throws when it is broken off. */
export async function* gently<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  let since = performance.now();
  for await (const item of items) {
    yield item;
    if (performance.now() - since < WORK_MS) continue;
    await sleep(REST_MS, undefined, { signal });
    since = performance.now();
  }
}
