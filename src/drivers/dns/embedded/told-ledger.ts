import type { LocationName } from "../../../core/estate.ts";
import type { UnixMs } from "../../../core/step.ts";
import type { ToldAsker } from "../../steering-context.ts";

/** Who was told of which location, and until when they may hold it: bounded, and nothing for whoever is not asked. */
export type ToldLedger = {
  note(told: { readonly location: LocationName; readonly ttlSeconds: number }, address: string): void;
  of(location: LocationName): readonly ToldAsker[];
};

/** Of each location; the internet's large resolvers are some thousand. Who asked first among them goes first. */
const ADDRESSES_MAX = 4096;

type Entry = { until: UnixMs; answers: number };

export function toldLedger(now: () => UnixMs): ToldLedger {
  const byLocation = new Map<LocationName, Map<string, Entry>>();
  return {
    note({ location, ttlSeconds }, address) {
      let entries = byLocation.get(location);
      if (entries === undefined) byLocation.set(location, (entries = new Map()));
      const at = now();
      const until = at + 1000 * ttlSeconds;
      const entry = entries.get(address);
      if (entry !== undefined) {
        entry.answers = entry.until > at ? entry.answers + 1 : 1;
        entry.until = Math.max(entry.until, until);
        return;
      }
      if (entries.size >= ADDRESSES_MAX) entries.delete(entries.keys().next().value!);
      entries.set(address, { until, answers: 1 });
    },
    of: (location) =>
      [...(byLocation.get(location) ?? [])].map(([address, { until, answers }]) => ({ address, until, answers })),
  };
}
