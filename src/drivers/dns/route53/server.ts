import type * as Api from "@aws-sdk/client-route-53";
import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Grain } from "../grain.ts";
import { markersAnswered } from "../markers-answered.ts";
import {
  isSameSet,
  type RecordAsk,
  type RecordChange,
  type RecordServer,
  type RecordSet,
  type RecordType,
  refused,
  retry,
} from "../record-server.ts";
import { type Called, type Route53Calls, route53Calls } from "./calls.ts";
import { nameOf, partsOf, setOf } from "./record-text.ts";

export type Route53Server = Route53Calls & {
  readonly grain: Grain;
  readonly hostedZones: Readonly<Record<string, string>>;
  readonly answeredBy: readonly string[];
};

/** The most that a page has. */
const PAGE_SETS = 300;
/** A hosted zone has 10,000 sets at most, unless Amazon was asked for more. */
const PAGES_MAX = 200;
/** With more names than this that don't lie below each other the whole hosted zone is fewer questions. */
const NAMES_ASKED_MAX = 8;
/** Of one request to change records (Route 53 quotas). */
const RECORDS_MAX = 1000;
const VALUE_CHARS_MAX = 32_000;
/** A change takes a minute at most, as a rule, until all servers have it. */
const LOOK_AGAIN_MS = 2000;

type Shown = { readonly set: RecordSet; readonly part: ResourceRecordSet };

/** A public hosted zone of Amazon Route 53 (API version 2013-04-01) by Amazon's own client. Its API stands in us-east-1, and nowhere else. */
export function route53Server(options: Route53Server): RecordServer {
  const { withinMs } = options;
  const call = route53Calls(options);
  const hostedZones = new Map<string, string>();
  /** Changes that not all servers of Route 53 have yet, by domain. */
  const pending = new Map<string, string>();
  /** Sets of one part as Route 53 showed them, by name and type: what it is to delete it wants in its own words. */
  const shown = new Map<string, Shown>();

  const hostedZone = async (domain: string, signal: AbortSignal): Promise<Called<string>> => {
    const known = hostedZones.get(domain);
    if (known !== undefined) return { kind: "answer", answer: known };
    const given = options.hostedZones[domain];
    const found = given === undefined ? await zoneByName(domain, signal) : await zoneById(domain, given, signal);
    if (found.kind === "answer") hostedZones.set(domain, found.answer);
    return found;
  };

  const zoneById = async (domain: string, id: string, signal: AbortSignal): Promise<Called<string>> => {
    const found = await call(
      domain,
      ({ client, api }, abort) => client.send(new api.GetHostedZoneCommand({ Id: id }), abort),
      signal,
    );
    if (found.kind !== "answer") return found;
    const name = nameOf(found.answer.HostedZone?.Name ?? "");
    return name === domain
      ? { kind: "answer", answer: id }
      : refused("unknown-zone", `${id} is the hosted zone of ${name}, and not of ${domain}`);
  };

  const zoneByName = async (domain: string, signal: AbortSignal): Promise<Called<string>> => {
    const found = await call(
      domain,
      ({ client, api }, abort) =>
        client.send(new api.ListHostedZonesByNameCommand({ DNSName: `${domain}.`, MaxItems: ZONES_ASKED }), abort),
      signal,
    );
    if (found.kind !== "answer") return found;
    const own = (found.answer.HostedZones ?? [])
      .filter(({ Name, Config }) => nameOf(Name ?? "") === domain && Config?.PrivateZone !== true)
      .map(({ Id = "" }) => Id.replace(/^\/hostedzone\//, ""));
    if (own.length === 1) return { kind: "answer", answer: own[0]! };
    if (own.length === 0) return refused("unknown-zone", `the account has no public hosted zone ${domain}`);
    return refused(
      "unsupported",
      `there are several hosted zones ${domain} (${own.join(", ")}): say which in \`hostedZones\``,
    );
  };

  /** All sets of a name and of what lies below it, in the API's order: a name's own come first, and then those below. */
  const listed = async (
    zone: { readonly id: string; readonly domain: string },
    root: string,
    signal: AbortSignal,
  ): Promise<Called<readonly ResourceRecordSet[]>> => {
    const sets: ResourceRecordSet[] = [];
    let from: Partial<Api.ListResourceRecordSetsRequest> = { StartRecordName: `${root}.` };
    for (let page = 0; page < PAGES_MAX; page++) {
      const asked = { HostedZoneId: zone.id, MaxItems: PAGE_SETS, ...from };
      const found = await call(
        zone.domain,
        ({ client, api }, abort) => client.send(new api.ListResourceRecordSetsCommand(asked), abort),
        signal,
      );
      if (found.kind !== "answer") return found;
      const {
        ResourceRecordSets: all,
        IsTruncated: isMore,
        NextRecordName: name,
        NextRecordType: type,
        NextRecordIdentifier: id,
      } = found.answer;
      if (all === undefined) return retry("bad-answer", `Route 53 answers no list of records for ${zone.domain}`);
      sets.push(...all.filter(({ Name }) => isWithin(nameOf(Name ?? ""), root)));
      if (isMore !== true || name === undefined || !isWithin(nameOf(name), root))
        return { kind: "answer", answer: sets };
      from = { StartRecordName: name, StartRecordType: type, ...(id !== undefined && { StartRecordIdentifier: id }) };
    }
    return refused("unsupported", `${zone.domain} has more than ${PAGES_MAX * PAGE_SETS} record sets`);
  };

  return {
    grain: options.grain,
    lookAgainMs: LOOK_AGAIN_MS,
    leads: ["A", "AAAA", "CNAME"],

    async read({ domain, names }, signal) {
      const zone = await hostedZone(domain, signal);
      if (zone.kind !== "answer") return zone;
      const sets: RecordSet[] = [];
      for (const root of rootsOf(domain, names)) {
        const found = await listed({ id: zone.answer, domain }, root, signal);
        if (found.kind !== "answer") return found;
        for (const { set, parts } of setsOf(found.answer, names, zone.answer)) {
          sets.push(set);
          if (parts.length === 1) shown.set(keyOf(set), { set, part: parts[0]! });
        }
      }
      return { kind: "read", sets };
    },

    async write(change, signal) {
      const { domain } = change;
      const zone = await hostedZone(domain, signal);
      if (zone.kind !== "answer") return zone;
      const changes = changesOf(change, { hostedZoneId: zone.answer, shown });
      const tooLarge = sizeProblem(changes);
      if (tooLarge !== null) return refused("unsupported", `${domain}: ${tooLarge}; give the hosts to more DNS zones`);
      const batch = { Comment: "Houston", Changes: [...changes] };
      const found = await call(
        domain,
        ({ client, api }, abort) =>
          client.send(
            new api.ChangeResourceRecordSetsCommand({ HostedZoneId: zone.answer, ChangeBatch: batch }),
            abort,
          ),
        signal,
      );
      if (found.kind !== "answer") return found;
      const id = found.answer.ChangeInfo?.Id;
      if (id !== undefined) pending.set(domain, id);
      return { kind: "done" };
    },

    async answers(sets, domain, signal) {
      const id = pending.get(domain);
      if (id !== undefined) {
        const found = await call(
          domain,
          ({ client, api }, abort) => client.send(new api.GetChangeCommand({ Id: id }), abort),
          signal,
        );
        if (found.kind !== "answer") return found;
        if (found.answer.ChangeInfo?.Status !== "INSYNC")
          return retry("not-applied", `not all servers of Route 53 have the change of ${domain} yet`);
        pending.delete(domain);
      }
      return markersAnswered(sets, { servers: options.answeredBy, withinMs, signal });
    },
  };
}

/** More than one public zone of a name is looked for, private ones are passed over. */
const ZONES_ASKED = 10;

function isWithin(name: string, root: string): boolean {
  return name === root || name.endsWith(`.${root}`);
}

/** Names that no other asked name lies above; of too many the DNS zone itself. */
function rootsOf(domain: string, names: RecordAsk["names"]): readonly string[] {
  const all = names.map(({ name }) => name);
  const roots = all.filter((name) => !all.some((other) => other !== name && isWithin(name, other)));
  return roots.length > NAMES_ASKED_MAX ? [domain] : [...new Set(roots)];
}

function setsOf(
  found: readonly ResourceRecordSet[],
  names: RecordAsk["names"],
  hostedZoneId: string,
): readonly { readonly set: RecordSet; readonly parts: readonly ResourceRecordSet[] }[] {
  const wanted = new Map(names.map(({ name, types }) => [name, types]));
  const parts = new Map<
    string,
    { readonly name: string; readonly type: RecordType; readonly parts: ResourceRecordSet[] }
  >();
  for (const each of found) {
    const name = nameOf(each.Name ?? "");
    const type = wanted.get(name)?.find((one) => one === each.Type);
    if (type === undefined) continue;
    const key = keyOf({ name, type });
    if (!parts.has(key)) parts.set(key, { name, type, parts: [] });
    parts.get(key)!.parts.push(each);
  }
  return [...parts.values()].map((each) => ({ set: setOf(each, each.parts, hostedZoneId), parts: each.parts }));
}

const keyOf = ({ name, type }: Pick<RecordSet, "name" | "type">): string => `${name} ${type}`;

/**
 * Parts that change are deleted with all that they were, and created anew: the API does all or nothing, and refuses the lot where
 * a part is not as it was, or there is one already. Nobody's change is written over, not even one of the same moment.
 */
function changesOf(
  { before, after }: RecordChange,
  { hostedZoneId, shown }: { readonly hostedZoneId: string; readonly shown: ReadonlyMap<string, Shown> },
): readonly Change[] {
  const asShown = (set: RecordSet): ResourceRecordSet | undefined => {
    const one = shown.get(keyOf(set));
    return one !== undefined && isSameSet(one.set, set) ? one.part : undefined;
  };
  const old = new Map(
    before.flatMap((set) =>
      partsOf(set, hostedZoneId).map((part) => [JSON.stringify(part), asShown(set) ?? part] as const),
    ),
  );
  const next = new Map(after.flatMap((set) => partsOf(set, hostedZoneId).map((part) => [JSON.stringify(part), part])));
  // An alias leads to what is there: it goes first, and comes last.
  const removed = [...old]
    .filter(([key]) => !next.has(key))
    .map(([, part]) => part)
    .toSorted(byDepth)
    .toReversed();
  const added = [...next]
    .filter(([key]) => !old.has(key))
    .map(([, part]) => part)
    .toSorted(byDepth);
  return [
    ...removed.map((part) => ({ Action: "DELETE" as const, ResourceRecordSet: part })),
    ...added.map((part) => ({ Action: "CREATE" as const, ResourceRecordSet: part })),
  ];
}

/** What carries addresses first, then countries, which lead to it, then hosts. */
function byDepth(a: ResourceRecordSet, b: ResourceRecordSet): number {
  return depthOf(a) - depthOf(b);
}

function depthOf({ AliasTarget: alias, SetIdentifier: id }: ResourceRecordSet): number {
  if (alias === undefined) return 0;
  return id === undefined ? 2 : 1;
}

function sizeProblem(changes: readonly Change[]): string | null {
  const values = changes.flatMap(({ ResourceRecordSet: set }) => set?.ResourceRecords ?? []);
  const chars = values.reduce((sum, { Value = "" }) => sum + Value.length, 0);
  const records = Math.max(values.length, changes.length);
  if (records <= RECORDS_MAX && chars <= VALUE_CHARS_MAX) return null;
  return `one change would have ${records} records of ${chars} characters, and ${RECORDS_MAX} of ${VALUE_CHARS_MAX} is the most`;
}
