import type { LocationName } from "../../../core/estate.ts";
import { HOPS_MAX } from "../passport.ts";
import type { LocationAddresses, SteeringContext } from "../../steering-context.ts";
import { type AskAgain, askAgainLines, askAgainRules, budgetBackend, type Servers } from "./ask-again.ts";
import { MAP_FILES } from "./maps.ts";
import { FOLLOWED_KEY, HERE, SHED } from "./route-entries.ts";
import { LONG_BACKEND } from "./lead-out.ts";
import type { HaproxySettings } from "./shape.ts";

/**
 * What a person adds to one location's HAProxy config, once: the lines of a frontend that ask the maps where a request belongs, and a
 * backend for each other location. Needs HAProxy 2.6 or newer.
 *
 * 1. What another edge passed on is served here, whatever the maps say, and so is what passed HOPS_MAX edges: nothing goes in circles. So is a
 *    probe (`x-probe`), which asks how this location is.
 * 2. What the maps do not know, and what belongs to a location whose edge can't be reached, is served here.
 * 3. Sent a second time is only what never left, and what is safe to repeat; elsewhere, where the application is known (ask-again.ts).
 * 4. Who belongs elsewhere has a share of the answers end the connection, and asks DNS again; never a connection of another edge.
 * 5. A stranger's `Forwarded` never reaches another edge; theirs are believed by where they come from.
 */
export function haproxyConfig(edge: ConfiguredEdge): { readonly frontend: string; readonly backends: string } {
  const others = Object.keys(edge.addresses).filter((location) => location !== edge.here);
  const again = askAgainOf(edge);
  const backends = others.flatMap((there) => [
    relayBackend(edge, there),
    ...(again === null ? [] : againBackends(edge, again, there)),
  ]);
  return {
    frontend: frontend(edge, others),
    backends: [...backends, ...(again === null ? [] : [longBackend(edge, again), `${budgetBackend()}\n`])].join("\n"),
  };
}

export type ConfiguredEdge = {
  readonly here: LocationName;
  readonly settings: HaproxySettings;
  readonly addresses: SteeringContext["addresses"];
  /** Servers that answer here; absent: nobody is asked a second time elsewhere. */
  readonly application?: readonly string[] | undefined;
};

const askAgainOf = ({ here, settings, application = [] }: ConfiguredEdge): AskAgain | null =>
  application.length === 0 ? null : { here, settings: settings.askAgain, application };

const BUCKET = "crc32,mod(256),hex,bytes(14,2)";

function frontend(edge: ConfiguredEdge, others: readonly LocationName[]): string {
  const { here, settings } = edge;
  const file = (name: keyof typeof MAP_FILES): string => `${settings.mapsFolder}/${MAP_FILES[name]}`;
  const [changes, routes] = [`map_beg(${file("changes")})`, `map_beg(${file("routes")})`];
  const userAddress =
    settings.relay.userAddress === "proxy-v2"
      ? `tcp-request connection expect-proxy layer4 if { src -f ${file("edges")} }`
      : `http-request set-src req.hdr(forwarded),'regsub("^.*for=[^0-9a-fA-F:]*([0-9a-fA-F.:]+).*$","\\1")' if rp_from_edge { req.hdr(forwarded) -m found }`;
  const again = askAgainOf(edge);
  return indented(`
# Who asks: another location's edge says for whom, all others for themselves.
tcp-request connection set-var(sess.rp_from_edge) bool(true) if { src -f ${file("edges")} }
acl rp_from_edge var(sess.rp_from_edge) -m bool
acl rp_probe req.hdr(x-probe) -m found
acl rp_hops_all_used req.hdr_cnt(x-hops) ge ${HOPS_MAX}
${userAddress}
http-request set-var(txn.rp_user) src,ipmask(32,128)
# Which chunk: class and bucket by the host, zone by the address.
http-request set-var(txn.rp_host) req.hdr(host),host_only,rtrim(.),lower
http-request set-var(txn.rp_rule) var(txn.rp_host),map_str(${file("hosts")})
http-request set-var(txn.rp_rule) var(txn.rp_host),'regsub("^[^.]*","*")',map_str(${file("hosts")}) unless { var(txn.rp_rule) -m found }
http-request set-var(txn.rp_class) var(txn.rp_rule),field(2,/)
http-request set-var(txn.rp_bucket) var(txn.rp_host),${BUCKET} if { var(txn.rp_rule) -m beg host/ }
http-request set-var(txn.rp_bucket) var(txn.rp_user),ipmask(24,48),${BUCKET} if { var(txn.rp_rule) -m beg network/ }
http-request set-var(txn.rp_zone) var(txn.rp_user),map_ip(${file("zones")})
http-request set-var(txn.rp_chunk) str(/),concat(,txn.rp_class,/),concat(,txn.rp_zone,/),concat(,txn.rp_bucket)
# Where to: a bucket set apart first, then the plan for a loss that is followed, then the table.
http-request set-var(txn.rp_to) str(apart/),concat(,txn.rp_class,/),concat(,txn.rp_bucket),${changes}
http-request set-var(txn.rp_apart) bool(true) if { var(txn.rp_to) -m found }
http-request set-var(txn.rp_followed) str(${FOLLOWED_KEY}),${changes}
http-request set-var(txn.rp_lost) var(txn.rp_followed),concat(,txn.rp_chunk) if { var(txn.rp_followed) -m found }
http-request set-var(txn.rp_to) var(txn.rp_lost),${changes} if { var(txn.rp_lost) -m found } !{ var(txn.rp_to) -m found }
http-request set-var(txn.rp_to) var(txn.rp_lost),${routes} if { var(txn.rp_lost) -m found } !{ var(txn.rp_to) -m found }
http-request set-var(txn.rp_to) str(table),concat(,txn.rp_chunk),${changes} unless { var(txn.rp_to) -m found }
http-request set-var(txn.rp_to) str(table),concat(,txn.rp_chunk),${routes} unless { var(txn.rp_to) -m found }
http-request return status 503 content-type text/plain string "set apart" hdr retry-after 1 if { var(txn.rp_to) -m str ${SHED} } !rp_from_edge
http-response set-header x-location ${here} unless { res.hdr(x-location) -m found }
${[
  ...closeLines(edge),
  ...(again === null ? [] : [askAgainRules(again, { changes, routes })]),
  ...others.map((there) => relayed(edge, there)),
  ...(again === null ? [] : [...others.map(askedHereFirst), longLine]),
].join("\n")}
`);
}

const askedHereFirst = (there: LocationName): string =>
  `use_backend rp_here_${there} if { var(txn.rp_again) -m found } { var(txn.rp_else) -m str ${there} } rp_up_${there}`;

const longLine = `use_backend ${LONG_BACKEND} if rp_stays_open { var(txn.rp_rule) -m found }`;

function closeLines({ here, settings: { leaving } }: ConfiguredEdge): readonly string[] {
  if (leaving.closeShare === 0) return [];
  const belongsElsewhere = `{ var(txn.rp_to) -m found } !{ var(txn.rp_to) -m str ${here} } !{ var(txn.rp_to) -m str ${HERE} }`;
  const byChance = `{ rand(1000) lt ${Math.round(leaving.closeShare * 1000)} }`;
  return [`http-after-response set-header connection close if ${belongsElsewhere} !rp_from_edge ${byChance}`];
}

/** What stays open and is answered here: told apart, so that it can be ended without a request being hurt. */
function longBackend({ settings: { relay, leaving } }: ConfiguredEdge, { application }: AskAgain): string {
  return `backend ${LONG_BACKEND}${indented(`
mode http
balance leastconn
timeout connect ${milliseconds(relay.connectSeconds)}
timeout server ${milliseconds(leaving.idleSeconds)}
timeout tunnel ${milliseconds(leaving.idleSeconds)}
${application.map((target, index) => `server here-${index + 1} ${target}`).join("\n")}
`)}`;
}

/**
 * By each server's own health: `nbsrv` of a backend is 0 in a process that is about to end after a reload, and its last users would not be
 * relayed.
 */
function relayed(edge: ConfiguredEdge, there: LocationName): string {
  const up = targetsOf(edge.addresses[there]).map(
    (_, index) => `acl rp_up_${there} srv_is_up(rp_${there}/${serverName(index)})`,
  );
  const isRelayed = `{ var(txn.rp_to) -m str ${there} } rp_up_${there} !rp_from_edge !rp_hops_all_used !rp_probe`;
  const twice = `use_backend rp_${there}_here if { var(txn.rp_again) -m found } ${isRelayed}`;
  return [...up, ...(askAgainOf(edge) === null ? [] : [twice]), `use_backend rp_${there} if ${isRelayed}`].join("\n");
}

function relayBackend(edge: ConfiguredEdge, there: LocationName): string {
  const { settings } = edge;
  // Whether it listens; whether it is well is for Houston to judge.
  const looks = "check inter 1s fall 2 rise 2 observe layer4 error-limit 3 on-error mark-down";
  const noSsl = settings.relay.tls ? " no-check-ssl" : "";
  return backend(
    `rp_${there}`,
    `timeout server ${milliseconds(settings.relay.answerSeconds)}
timeout tunnel ${milliseconds(settings.leaving.idleSeconds)}
retries 1
retry-on conn-failure empty-response
http-request disable-l7-retry unless { method GET HEAD OPTIONS }
${edgeServers(edge, there, () => `${looks}${noSsl}`).lines.join("\n")}`,
    edge,
  );
}

/** What belongs there is asked there, then here; what belongs here the other way round. */
function againBackends(edge: ConfiguredEdge, again: AskAgain, there: LocationName): readonly string[] {
  const edges = edgeServers(edge, there, (name) => `track rp_${there}/${name}`);
  const here = {
    called: "here",
    lines: again.application.map((target, index) => `server here-${index + 1} ${target}`),
  };
  return [
    backend(`rp_${there}_here`, askAgainLines(again, edges, here), edge),
    backend(`rp_here_${there}`, askAgainLines(again, here, edges), edge),
  ];
}

function backend(name: string, lines: string, { here, settings: { relay } }: ConfiguredEdge): string {
  const forwarded = (address: string): string =>
    `http-request set-header forwarded for=\\"${address}\\";by=${here};proto=%[ssl_fc,iif(https,http)]`;
  return `backend ${name}${indented(`
mode http
timeout connect ${milliseconds(relay.connectSeconds)}
http-request add-header x-hops ${here}
${forwarded("%[var(txn.rp_user)]")} unless { var(txn.rp_user) -m sub : }
${forwarded("[%[var(txn.rp_user)]]")} if { var(txn.rp_user) -m sub : }
${lines}
`)}`;
}

/** `health`: by what it is known whether the server of this name is up. */
function edgeServers(
  { settings: { relay }, addresses }: ConfiguredEdge,
  there: LocationName,
  health: (name: string) => string,
): Servers {
  const port = relay.port ?? (relay.tls ? 443 : 80);
  const options = [
    ...(relay.userAddress === "proxy-v2" ? ["send-proxy-v2"] : []),
    ...(relay.tls ? [`ssl verify required ca-file ${relay.tls.caFile} sni var(txn.rp_host)`] : []),
    ...(relay.tls?.certificateFile === undefined ? [] : [`crt ${relay.tls.certificateFile}`]),
  ];
  const lines = targetsOf(addresses[there]).map((target, index) => {
    const name = serverName(index);
    return ["server", name, `${target}:${port}`, health(name), ...options].join(" ");
  });
  return { called: "edge", lines };
}

const serverName = (index: number): string => `edge-${index + 1}`;

const targetsOf = ({ v4, v6 }: LocationAddresses = { v4: [], v6: [] }): readonly string[] => [
  ...v4,
  ...v6.map((address) => `[${address}]`),
];

const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)}ms`;

const indented = (lines: string): string => lines.replaceAll(/\n(?=.)/g, "\n    ");
