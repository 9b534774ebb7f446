import { networkBits } from "../../../core/route/host.ts";
import { addressBytes } from "../../dns/zone-lookup.ts";

/** The network by which users are told apart, a /24 or a /48, as text: `192.0.2.0/24`. */
export function networkOf(address: string): string {
  const bytes = addressBytes(address);
  if (bytes === null) return "unknown";
  const kept = Array.from(bytes.subarray(0, networkBits(bytes) / 8));
  if (bytes.length === 4) return `${kept.join(".")}.0/24`;
  const groups = [0, 2, 4].map((at) => ((kept[at]! << 8) | kept[at + 1]!).toString(16));
  return `${groups.join(":")}::/48`;
}
