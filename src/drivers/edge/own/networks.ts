import ipaddr from "ipaddr.js";
import { CallerError } from "../../../core/errors.ts";
import { makeZoneLookup, zoneOfAddress } from "../../dns/zone-lookup.ts";

/** Whether an address lies in one of these networks: `10.0.0.0/8`, `2001:db8::/32`, or one address. Of no networks nobody is. */
export function networks(list: readonly string[], whose: string): (address: string) => boolean {
  const subnets = [...new Set(list.map((each) => subnetOf(each, whose)))];
  if (subnets.length === 0) return () => false;
  const lookup = makeZoneLookup([{ name: "in", subnets }]);
  return (address) => zoneOfAddress(lookup, address) !== null;
}

function subnetOf(text: string, whose: string): string {
  const whole = text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`;
  if (ipaddr.isValidCIDR(whole)) return ipaddr.parseCIDR(whole).join("/");
  throw new CallerError({
    code: "bad-network",
    message: `${whose}: ${JSON.stringify(text)} is no network`,
    hint: "write 10.0.0.0/8, 2001:db8::/32, or one address",
  });
}
