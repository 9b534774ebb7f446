import type { Words } from "../../core/control-contract.ts";
import type { RouteTable } from "../../core/route/table.ts";
import { askServer, connectionFailure, shortAddress, type Answer, type Asked } from "../../drivers/dns/ask-server.ts";
import { readServerAddress } from "../../drivers/dns/tcp-exchange.ts";
import { zoneLookupOf } from "../../drivers/dns/zone-lookup.ts";
import type { Asker, LocationAddresses, RunningSteering } from "../../drivers/steering-context.ts";
import type { Clock } from "../../runtime/clock.ts";
import { changedAskers, familiesOf, routeOf, type Sampled } from "./sample.ts";

/**
 * Two DNS providers of one zone are two clocks on one tower: whoever looks up reads either, so they must agree. Twice a minute each name server
 * of each driver is asked for some users of each name, and held against what its own driver wrote by the newest table.
 *
 * 1. All are asked at once, and each has a second: one that can't be reached keeps no other waiting.
 * 2. Who is unlike at two looks in a row is told of, once, with the fix; and once more when it is like the others again.
 */
export type AlikeWatch = {
  /** Who is unlike now, by the driver's name and server: what it does instead. */
  unlike(): Readonly<Record<string, string>>;
  stop(): void;
};

const LOOK_EVERY_MS = 30_000;
const ASK_WITHIN_MS = 1000;
const LOOKS_UNTIL_TOLD = 2;

export function watchAlike(
  options: Omit<Sampled, "lookup"> & {
    readonly clock: Clock;
    readonly steering: readonly RunningSteering[];
    readonly addresses: Readonly<Record<string, LocationAddresses>>;
    readonly table: () => RouteTable | null;
    readonly tell: (id: string, words: Words) => void;
    readonly lookEveryMs?: number;
  },
): AlikeWatch {
  const { clock, steering, tell } = options;
  const lookup = zoneLookupOf(options.subnets);
  const families = familiesOf(options.addresses);
  const servers = steering.flatMap((driver) => (driver.told?.servers ?? []).map((at) => ({ driver, at })));
  const looks = new Map<string, { readonly count: number; readonly says: string }>();
  const ending = new AbortController();
  let isLooking = false;

  /** Null: it answers by what its driver wrote, and that is by the newest table. */
  const unlikeAt = async (
    { driver, at }: (typeof servers)[number],
    table: RouteTable,
    askers: readonly Asker[],
  ): Promise<string | null> => {
    const version = driver.version() ?? 0;
    if (version < table.version) return `it holds table ${version}, and the newest is ${table.version}`;
    const asked = askers.flatMap((asker) =>
      families.map(({ type }): Asked => ({ name: asker.name, type, ...subnetOf(asker) })),
    );
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ASK_WITHIN_MS)]);
    try {
      const answers = await askServer(readServerAddress(at), asked, signal, { recursion: false });
      // A table that was taken meanwhile is answered rightly by other addresses.
      if (options.table()?.version !== table.version || driver.version() !== version) return null;
      return wrongIn(driver, askers, answers);
    } catch (error) {
      return `it can't be asked: ${connectionFailure(error, at).says ?? "no answer"}`;
    }
  };

  const wrongIn = (driver: RunningSteering, askers: readonly Asker[], answers: readonly Answer[]): string | null => {
    for (const [index, asker] of askers.entries()) {
      const right = driver.told?.rightFor(asker) ?? null;
      for (const [offset, { type, family }] of families.entries()) {
        const answer = answers[index * families.length + offset]!;
        if (answer.kind === "not-answered") return `${asker.name} ${type} is not answered: ${answer.rcode}`;
        const values = answer.sets.flatMap((set) => set.values);
        const wanted = (right?.[family] ?? []).map(shortAddress);
        if (values.length === 0 || values.some((value) => !wanted.includes(value)))
          return `${asker.name} ${type} is ${values.join(", ") || "not found"} there, and was written as ${wanted.join(", ") || "nothing"}`;
      }
    }
    return null;
  };

  const note = ({ driver, at }: (typeof servers)[number], says: string | null): void => {
    const key = `${driver.driver.name} at ${at}`;
    const before = looks.get(key);
    if (says !== null) {
      const count = (before?.count ?? 0) + 1;
      looks.set(key, { count, says });
      if (count === LOOKS_UNTIL_TOLD) tell(`unlike-${key}-${clock.now()}`, unlikeWords(key, says, clock.now()));
      return;
    }
    looks.delete(key);
    if (before === undefined || before.count < LOOKS_UNTIL_TOLD) return;
    const words: Words = { at: clock.now(), level: "change", what: `${key} answers like the other DNS provider again` };
    tell(`alike-${key}-${words.at}`, words);
  };

  const look = async (): Promise<void> => {
    const table = options.table();
    if (isLooking || table === null) return;
    isLooking = true;
    const askers = changedAskers(null, routeOf(table), { ...options, lookup });
    const found = await Promise.all(servers.map(async (server) => unlikeAt(server, table, askers)));
    isLooking = false;
    if (ending.signal.aborted) return;
    for (const [index, server] of servers.entries()) note(server, found[index]!);
  };

  // One alone is alike; what it answers after a change is effect-watch.ts's.
  const isPair = new Set(servers.map(({ driver }) => driver)).size > 1;
  const cancel = isPair ? clock.every(options.lookEveryMs ?? LOOK_EVERY_MS, () => void look()) : () => undefined;
  return {
    unlike: () => Object.fromEntries([...looks].map(([key, { says }]) => [key, says])),
    stop() {
      cancel();
      ending.abort();
    },
  };
}

const subnetOf = ({ from }: Asker): Pick<Asked, "subnet"> => (from === null ? {} : { subnet: from.network });

function unlikeWords(key: string, says: string, at: number): Words {
  return {
    at,
    level: "urgent",
    what: `Two DNS providers are not alike: ${key} differs: ${says}`,
    users: "those whose resolver asks it are led otherwise than planned",
    youNeedTo:
      "look who else writes there, and whether its driver may (GET /api/decisions); what Houston wrote comes back by taking the foreign change away. If it stays unlike, take it out of the delegation (its NS records) until it is mended",
  };
}
