import type { Effect } from "../../api/effect.ts";
import type { Words } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import { readServerAddress } from "../../drivers/dns/tcp-exchange.ts";

/** What people are told when somebody goes on answering otherwise than was decided and accepted. */
export function lateWords(late: {
  readonly kind: "server" | "resolver";
  readonly at: string;
  readonly version: number;
  readonly decidedAt: UnixMs;
  readonly says: string | null;
  /** At Houston's start nothing was changed: a name may not be delegated yet. */
  readonly isFirst: boolean;
  /** Whether its driver says that it has the table. */
  readonly isTaken: boolean;
  readonly now: UnixMs;
}): Words {
  const after = `${seconds(late.now - late.decidedAt)} after it was decided`;
  switch (late.kind) {
    case "server":
      if (!late.isTaken)
        return {
          at: late.now,
          level: "urgent",
          what: `Decided and not accepted: ${late.at} can't be brought to table ${late.version}, ${after}`,
          users: "those who are to move stay where they are",
          youNeedTo:
            "look why its driver does not bring it there (GET /api/decisions: publish-retry, publish-refused): rights, a conflict with records of others, or a server that is out of reach; it is tried again each second",
        };
      return {
        at: late.now,
        level: "urgent",
        what: `Accepted but not applied: ${late.at} does not answer by table ${late.version}, ${after}: ${late.says ?? "no answer"}`,
        users: "those who are to move stay where they are",
        youNeedTo: `look who answers there, as a user would ask: \`dig @${digServer(late.at)} NAME +subnet=NETWORK\`; another program on that address, a stale copy of the zone, or somebody else who writes it`,
      };
    case "resolver":
      return {
        at: late.now,
        level: late.isFirst ? "info" : "change",
        what: `Applied and not seen: the resolver ${late.at} does not answer by table ${late.version}, ${after} and after all that it may keep: ${late.says ?? "no answer"}`,
        users: "whoever asks this resolver is not moved",
        youNeedTo: `look whether it asks our name servers (\`dig +trace NAME\`), and whether it keeps answers longer than it is told (Unbound: cache-min-ttl, serve-expired; dnsmasq: min-cache-ttl)`,
      };
  }
}

/** `Table 7 is answered: 203.0.113.53:53 after 0.1 s, the resolver 192.0.2.1 after 4.8 s` */
export function seenWords({ version, decidedAt, servers, resolvers }: Effect, now: UnixMs): Words {
  const each = [
    ...servers.map(({ at, seenAt }) => `${at} after ${seconds((seenAt ?? now) - decidedAt)}`),
    ...resolvers.map(({ at, seenAt }) => `the resolver ${at} after ${seconds((seenAt ?? now) - decidedAt)}`),
  ];
  return { at: now, level: "info", what: `Table ${version} is answered: ${each.join(", ")}` };
}

const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;

/** `203.0.113.53 -p 5353`: as dig wants it. */
function digServer(at: string): string {
  const { host, port } = readServerAddress(at);
  return `${host} -p ${port}`;
}
