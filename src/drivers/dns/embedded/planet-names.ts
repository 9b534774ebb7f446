import { bucketOfHost, chunkToHost, hostToChunk, PLANET_DOMAIN } from "../../../core/route/host.ts";
import { v4Bytes } from "../zone-lookup.ts";
import type { Named, NamesOf, ZoneTop } from "./names.ts";

/** The planet's names (docs/planet.md): one domain with a name for each class and bucket, and tenants' own hosts that lead to them. */
export function planetNames(options: {
  readonly domain?: string;
  /** Names under the domain with their addresses: `ns`, `ns1`. */
  readonly nameServers: readonly { readonly label: string; readonly address: string }[];
  /** Hosts of tenants' own domains that are served here. Asked with names in lower case. */
  readonly tenantHosts: { has(host: string): boolean };
}): NamesOf {
  const { domain = PLANET_DOMAIN, tenantHosts } = options;
  const nameServers = options.nameServers.map(({ label, address }) => ({
    name: `${label}.${domain}`,
    address: v4Bytes(address),
  }));
  const top: ZoneTop = { name: domain, nameServers, mailbox: `hostmaster.${domain}` };
  const empty: Named = { kind: "empty", top };
  const nobody: Named = { kind: "nobody", top };
  const fixed = new Map<string, Named>([
    [domain, empty],
    // These names have names below them.
    [`editor.${domain}`, empty],
    [`internal.${domain}`, empty],
    ...nameServers.map(({ name, address }): [string, Named] => [name, { kind: "server", top, address }]),
  ]);
  return (name) => {
    if (tenantHosts.has(name)) {
      const bucket = { class: "public", bucket: bucketOfHost(name) };
      return { kind: "alias", target: chunkToHost(bucket, domain)!, ...bucket };
    }
    if (name !== domain && !name.endsWith(`.${domain}`)) return null;
    const known = fixed.get(name);
    if (known !== undefined) return known;
    const chunk = hostToChunk(name, domain);
    return chunk === null ? nobody : { kind: "users", top, class: chunk.class, bucket: chunk.bucket };
  };
}
