import type { UnixMs } from "../../core/step.ts";
import { chunkOf, type ChunkIndex } from "./chunk-homes.ts";
import { recordOf, type Tools, type UserPlace } from "./tools.ts";

/** Many who ask for one thing each and go, beside the users: attackers, or one tenant's own. Open loop, as users are; counted as `bot`. */
export type Crowd = { readonly rps: number; due(now: UnixMs): void };

/** However long the process slept, no more than this many come at once. */
const ARRIVALS_A_TICK_MAX = 2000;
const DEADLINE_MS = 3000;

/** Single GETs of public names, each of one of these chunks. They follow DNS, whoever has the chunk by now. */
export function crowd(
  tools: Tools,
  options: { readonly chunks: readonly ChunkIndex[]; readonly rps: number; readonly path: () => string },
): Crowd {
  const { chance, wheel, settings } = tools;
  const { chunks, rps, path } = options;
  let before = wheel.now();
  let gap = chance.exponential();
  const ask = (chunk: ChunkIndex): void => {
    const address = chunkOf(chunk);
    const zone = settings.zones[address.zone];
    if (!zone) return;
    const place: UserPlace = { ...address, habit: "obeys", from: zone.botClient };
    const at = wheel.now();
    const request = { method: "GET" as const, path: path(), wanted: false, deadline: at + DEADLINE_MS };
    tools.send(place, request, (result) => tools.record(recordOf(tools, { at, place, kind: "bot", result })));
  };
  return {
    rps: chunks.length > 0 ? rps : 0,
    due(now) {
      gap -= rps * ((now - before) / 1000);
      before = now;
      for (let came = 0; gap <= 0 && came < ARRIVALS_A_TICK_MAX; came++) {
        gap += chance.exponential();
        const chunk = chunks[chance.below(chunks.length)];
        if (chunk !== undefined) ask(chunk);
      }
    },
  };
}
