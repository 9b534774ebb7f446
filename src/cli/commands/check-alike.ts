import type { SteeringConfig } from "../../config/steering-config.ts";
import { askServer, connectionFailure } from "../../drivers/dns/ask-server.ts";
import { markerName, readMarker, type Marker } from "../../drivers/dns/marker.ts";
import { readServerAddress } from "../../drivers/dns/tcp-exchange.ts";

/** By which route table one name server of one DNS provider answers. */
export type CheckedProvider = {
  readonly driver: string;
  readonly domain: string;
  readonly at: string;
  /** Null: it says none. */
  readonly version: number | null;
  /** How it is unlike the others, or why it can't be told; null: it is like them. */
  readonly says: string | null;
};

const ASK_WITHIN_MS = 3000;

/** Asks each name server of all drivers that keep one DNS zone for its marker; changes nothing. None: no zone is kept by two. */
export async function askAlike({ drivers }: Pick<SteeringConfig, "drivers">): Promise<readonly CheckedProvider[]> {
  const kept = drivers.flatMap((settings) => {
    if (!("answeredBy" in settings) || !("domains" in settings)) return [];
    const { answeredBy, domains, owner, name: driver = settings.kind } = settings;
    return domains.flatMap((domain) =>
      answeredBy.map((at) => ({ driver, domain, at, marker: markerName(domain, owner) })),
    );
  });
  const shared = kept.filter(({ driver, domain }) =>
    kept.some((other) => other.domain === domain && other.driver !== driver),
  );
  const markers = await Promise.all(shared.map(async ({ at, marker }) => markerAt(at, marker)));
  return shared.map(({ driver, domain, at }, index) => {
    const own = markers[index]!;
    if (typeof own === "string") return { driver, domain, at, version: null, says: own };
    const ofZone = markers.flatMap((each, other) =>
      typeof each === "string" || shared[other]!.domain !== domain ? [] : [each],
    );
    const newest = ofZone.reduce((most, each) => (each.version > most.version ? each : most));
    return { driver, domain, at, version: own.version, says: unlikeWords(own, newest) };
  });
}

async function markerAt(at: string, name: string): Promise<Marker | string> {
  try {
    const [answer] = await askServer(
      readServerAddress(at),
      [{ name, type: "TXT" }],
      AbortSignal.timeout(ASK_WITHIN_MS),
    );
    const text = answer?.kind === "sets" ? answer.sets[0]?.values[0] : undefined;
    return (text === undefined ? null : readMarker(text)) ?? `${name} holds no marker there: nothing was written yet`;
  } catch (error) {
    return connectionFailure(error, at).says ?? "no answer";
  }
}

function unlikeWords(own: Marker, newest: Marker): string | null {
  if (own.version < newest.version) return `it answers by table ${own.version}, and another by ${newest.version}`;
  if (own.table !== newest.table) return `its table ${own.version} is another one: a second Houston writes there`;
  return own.lost.join() === newest.lost.join() ? null : "it follows another loss than the others";
}

/** One line when all are alike, else one for each that is not. */
export function alikeLines(
  checked: readonly CheckedProvider[],
): readonly { readonly isGood: boolean; readonly text: string }[] {
  if (checked.length === 0) return [];
  const unlike = checked.filter(({ says }) => says !== null);
  const drivers = [...new Set(checked.map(({ driver }) => driver))].join(", ");
  if (unlike.length === 0) return [{ isGood: true, text: `alike: ${drivers} answer by table ${checked[0]!.version}` }];
  return unlike.flatMap(({ driver, domain, at, says }) => [
    { isGood: false, text: `${driver} is not like the other DNS providers of ${domain}: ${at}: ${says}` },
    {
      isGood: false,
      text: "    fix: wait some seconds and ask again; if it stays so, look what its driver answers (GET /api/decisions), and take it out of the delegation until it is mended",
    },
  ]);
}
