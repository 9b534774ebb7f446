import { CallerError } from "../../../core/errors.ts";
import { safeAddress } from "../../safe-address.ts";
import { type Environment, secretOf } from "../../secret.ts";
import type { Asker, MakeSteering, SteeringContext } from "../../steering-context.ts";
import { addressBytes } from "../zone-lookup.ts";
import { writtenAddresses } from "../weighted-sets.ts";
import { checkOtherwise } from "../check-otherwise.ts";
import { digest } from "../marker.ts";
import { commonOf, recordSteering, type Written } from "../record-steering.ts";
import { ns1Grain, WEIGHT_STEPS } from "./grain.ts";
import { addressesInLine } from "./record.ts";
import { ns1Server } from "./server.ts";
import type { Ns1Settings } from "./shape.ts";
import { subnetSets } from "./subnet-sets.ts";

/** Steers by NS1's filter chains. Throws `CallerError` for a key that is missing, subnets that NS1 can't tell apart, and a host outside of its domains. */
export const makeNs1: MakeSteering<Ns1Settings> = async (settings, context) => {
  const { bySubnet, feeds, answeredBy } = settings;
  const { name, estate, hosts, addresses, otherwise, now } = context;
  checkOtherwise(context);
  const fenced = bySubnet ? fencedZones(context) : {};
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    server: ns1Server({
      endpoint: safeAddress(`the endpoint of ${name}`, settings.endpoint),
      key: apiKey(context.env, settings.secret),
      grain: ns1Grain(settings),
      answeredBy,
      withinMs: common.withinMs,
      now,
    }),
    answeredBy,
    // Which weight is drawn for each network; one that looks at the locations itself may leave one out.
    ...(Object.keys(feeds).length === 0 && {
      rightFor: ({ host, from }: Asker, { sets }: Written) => {
        const prefixes = from === null ? null : (fenced[from.zone] ?? []);
        return writtenAddresses(sets, host.name, (line) => addressesInLine(line, prefixes));
      },
    }),
    render: (route) => subnetSets(route, { ...context, fenced, isOne: !bySubnet, feeds, steps: WEIGHT_STEPS }),
    config: digest(JSON.stringify([hosts, addresses, fenced, bySubnet, otherwise, feeds, estate.ttlSeconds])),
  });
};

/** To one answer (https://www.ibm.com/docs/en/ns1-connect, netfence filters). */
const PREFIXES_MAX = 1000;

/**
 * The zones that NS1 is to tell apart. It gives all answers whose prefixes hold the user, not those of the longest one: a subnet within
 * another zone's would get both zones' answers.
 */
function fencedZones({ name, subnets, otherwise }: SteeringContext): Readonly<Record<string, readonly string[]>> {
  const all = Object.entries(subnets).filter(([, list]) => list.length > 0);
  const parsed = all.flatMap(([zone, list]) => list.map((subnet) => ({ zone, subnet, bits: bitsOf(subnet) })));
  // Who lies within `otherwise` is told apart from it all the same: it has no prefixes at NS1.
  const outers = new Map(parsed.filter(({ zone }) => zone !== otherwise).map((each) => [each.bits, each]));
  const inside = parsed.flatMap((inner) => {
    const outer = beginningsOf(inner.bits).flatMap((bits) => outers.get(bits) ?? []);
    return outer
      .filter(({ zone }) => zone !== inner.zone)
      .map(({ subnet, zone }) => `${inner.subnet} of ${inner.zone} lies in ${subnet} of ${zone}`);
  })[0];
  const large = all.find(([, list]) => list.length > PREFIXES_MAX);
  const problem =
    inside ??
    (large === undefined ? undefined : `${large[0]} has ${large[1].length} subnets, and ${PREFIXES_MAX} is the most`);
  if (problem !== undefined) {
    throw new CallerError({
      code: "subnets-not-told-apart",
      message: `${name}: NS1 can't tell the zones apart: ${problem}`,
      hint: "give zones subnets that do not lie in each other, or answer all users alike with `bySubnet: false`",
    });
  }
  return Object.fromEntries(all.filter(([zone]) => zone !== otherwise));
}

/** Family and bits in a row, so that one subnet lies in another if that one's begins it. */
function bitsOf(subnet: string): string {
  const [address = "", length = ""] = subnet.split("/");
  const bytes = addressBytes(address) ?? new Uint8Array();
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return `${bytes.length}:${bits.slice(0, Number(length))}`;
}

/** Of a subnet's family and bits: those of all subnets that hold it, itself included. */
function beginningsOf(bits: string): readonly string[] {
  const first = bits.indexOf(":") + 1;
  return Array.from({ length: bits.length - first + 1 }, (_, more) => bits.slice(0, first + more));
}

function apiKey(env: Environment, variable: string): string {
  const key = secretOf(env, variable);
  if (key !== null) return key;
  throw new CallerError({
    code: "no-ns1-key",
    message: `${variable} is not set, and NS1's API asks for a key`,
    hint: `set ${variable} or ${variable}_FILE to a key that may manage these zones`,
  });
}
