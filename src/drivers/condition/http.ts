import { ProxyAgent } from "undici";
import type { LocationName } from "../../core/estate.ts";
import { atLocation, fails, HOLDS, unknown, type ConditionDriver, type ConditionTurn } from "./contract.ts";
import { get } from "./get.ts";

/** Holds while a page answers with one of these statuses; no answer at all is doubt, for it may be our own way there. */
export function httpCondition(
  turn: ConditionTurn,
  { url, statuses }: { readonly url: string; readonly statuses: readonly number[] },
): ConditionDriver {
  return {
    ...turn,
    async ask(location, signal) {
      const got = await get(atLocation(url, location), { signal });
      if ("noAnswer" in got) return unknown(got.noAnswer);
      if (isAllowed(got.status, statuses)) return HOLDS;
      return fails(`HTTP ${got.status}`);
    },
  };
}

/**
 * Holds while a third party answers who asks from the location's own network: some of them know their callers by address. It is asked by the
 * location's own node, or through a proxy that stands there. Here no answer is a no: that the way there is shut is what was asked.
 */
export function thirdPartyCondition(
  turn: ConditionTurn,
  {
    url,
    statuses,
    proxies,
  }: {
    readonly url: string;
    readonly statuses: readonly number[];
    /** By location; where there is none, its own node asks straight. */
    readonly proxies: Readonly<Record<LocationName, string>>;
  },
): ConditionDriver {
  const { host } = new URL(url);
  return {
    ...turn,
    async ask(location, signal) {
      const proxy = proxies[location];
      const dispatcher = proxy === undefined ? undefined : new ProxyAgent(proxy);
      try {
        const got = await get(url, { signal, ...(dispatcher && { dispatcher }) });
        if ("noAnswer" in got) return fails(`${host} is not reached from there (${got.noAnswer})`);
        if (isAllowed(got.status, statuses)) return HOLDS;
        return fails(`${host} answers HTTP ${got.status} to who asks from there`);
      } finally {
        await dispatcher?.destroy();
      }
    },
  };
}

/** None given: any answer in the two hundreds. */
function isAllowed(status: number, statuses: readonly number[]): boolean {
  return statuses.length === 0 ? status >= 200 && status < 300 : statuses.includes(status);
}
