import type { AliasTarget, ResourceRecordSet, RRType } from "@aws-sdk/client-route-53";
import { shortAddress } from "../ask-server.ts";
import { quotedText, unquotedText } from "../quoted-text.ts";
import type { RecordSet, RecordType } from "../record-server.ts";

/** One of Route 53's resource record sets without its name and type; an alias without a hosted zone leads within its own. */
export type Part = Omit<Partial<ResourceRecordSet>, "Name" | "Type" | "AliasTarget"> & {
  readonly AliasTarget?:
    | (Omit<AliasTarget, "HostedZoneId"> & { readonly HostedZoneId?: string | undefined })
    | undefined;
};

/**
 * Route 53 has several *resource record sets* of one name and type, each with its own weight, country or alias. Here they are one
 * set, whose values are those parts as JSON, in the API's own words; a plain set's values are its records. So every feature of
 * Route 53 can be read, compared and taken back exactly as it was, used by us or not.
 */
export function setOf(
  { name, type }: Pick<RecordSet, "name" | "type">,
  parts: readonly ResourceRecordSet[],
  hostedZone: string,
): RecordSet {
  const [only] = parts;
  // An alias has none of its own.
  const ttlSeconds = parts.find(({ TTL: ttl }) => ttl !== undefined)?.TTL ?? 0;
  if (parts.length === 1 && isPlain(only!)) {
    const values = only!.ResourceRecords!.map(({ Value }) => valueOf(type, Value ?? "")).toSorted();
    return { name, type, ttlSeconds, values };
  }
  return { name, type, ttlSeconds, values: parts.map((part) => partText(withoutZone(part, hostedZone))).toSorted() };
}

/** The parts of a set as the API takes them: the other way round of `setOf`. */
export function partsOf(
  { name, type, ttlSeconds, values }: RecordSet,
  hostedZone: string,
): readonly ResourceRecordSet[] {
  const own = { Name: `${name}.`, Type: type as RRType };
  if (!values.every(isPartText)) {
    return [{ ...own, TTL: ttlSeconds, ResourceRecords: values.map((value) => ({ Value: contentOf(type, value) })) }];
  }
  return values.map((value) => {
    const { AliasTarget: alias, ...part } = JSON.parse(value) as Part;
    return { ...part, ...own, ...(alias && { AliasTarget: { HostedZoneId: hostedZone, ...alias } }) };
  });
}

/** `{"SetIdentifier":"east","TTL":60,"Weight":128,...}`, keys in order, so that equal parts are equal text. */
export function partText(part: Part): string {
  return JSON.stringify(sorted(part));
}

/** The addresses of one part, as text; none of an alias. */
export function addressesIn(text: string): readonly string[] {
  return ((JSON.parse(text) as Part).ResourceRecords ?? []).flatMap(({ Value }) =>
    Value === undefined ? [] : [Value],
  );
}

/** `public._houston.example.com A east-1: weight 32, alias of 1.east...`: a line for each record of a set, as people read it. */
export function partsInWords({ name, type, ttlSeconds, values }: RecordSet): readonly string[] {
  if (!values.every(isPartText)) return [`${name} ${type} ${ttlSeconds} s: ${values.join(" ")}`];
  return values.map((value) => {
    const part = JSON.parse(value) as Part;
    const { SetIdentifier: id, Weight: weight, Failover: failover, GeoLocation: geo, HealthCheckId: check } = part;
    const says = [
      ...(weight === undefined ? [] : [`weight ${weight}`]),
      ...(failover === undefined ? [] : [failover.toLowerCase()]),
      ...(geo?.CountryCode === undefined ? [] : [`country ${geo.CountryCode}`]),
      ...(check === undefined ? [] : [`health check ${check}`]),
      ...(part.AliasTarget === undefined ? addressesIn(value) : [`alias of ${part.AliasTarget.DNSName}`]),
    ];
    return `${name} ${type}${id === undefined ? "" : ` ${id}`}: ${says.join(", ")}`;
  });
}

function withoutZone({ Name: _name, Type: _type, AliasTarget: alias, ...part }: ResourceRecordSet, own: string): Part {
  if (alias === undefined) return part;
  const { HostedZoneId: zone, ...target } = alias;
  return { ...part, AliasTarget: zone === own ? target : alias };
}

/** `\052.shops.example.com.` is `*.shops.example.com`: whatever is no letter, digit, hyphen or underscore comes in octal. */
export function nameOf(text: string): string {
  return text
    .replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, "")
    .toLowerCase();
}

function isPlain(part: ResourceRecordSet): boolean {
  const others = Object.keys(part).filter((key) => !["Name", "Type", "TTL", "ResourceRecords"].includes(key));
  return others.length === 0 && (part.ResourceRecords ?? []).length > 0;
}

function isPartText(value: string): boolean {
  return value.startsWith("{") && value.endsWith("}");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)] as const),
  );
}

function valueOf(type: RecordType, value: string): string {
  if (type === "TXT") return unquotedText(value);
  return type === "CNAME" ? nameOf(value) : shortAddress(value);
}

function contentOf(type: RecordType, value: string): string {
  if (type === "TXT") return quotedText(value);
  return type === "CNAME" ? `${value}.` : value;
}
