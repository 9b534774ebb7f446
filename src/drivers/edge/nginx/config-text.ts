import type { LocationName } from "../../../core/estate.ts";
import type { LocationAddresses, SteeringContext } from "../../steering-context.ts";
import { edgeAddresses } from "../haproxy/maps.ts";
import { SHED } from "../haproxy/route-entries.ts";
import { HOPS_MAX } from "../passport.ts";
import { type AskAgain, askAgainLines, askAgainMaps, askAgainUpstreams, secondServer } from "./ask-again.ts";
import { NGINX_FILES } from "./files.ts";
import type { NginxSettings } from "./shape.ts";

/**
 * What a person adds to one location's nginx config, once: maps and upstreams into `http`, and the lines that ask them into the `server` that
 * users reach. Needs nginx 1.14 or newer, with the realip module, which the usual packages have.
 *
 * 1. What another edge passed on is served here, whatever the maps say, and so is what passed this edge or HOPS_MAX others.
 *    So is a probe (`x-probe`), which asks how this location is.
 * 2. What the maps do not know is served here; so is what belongs to a location whose edge can't be reached (`backup` is this nginx itself).
 * 3. Sent a second time is only what never left, and what HTTP calls idempotent (`proxy_next_upstream` without `non_idempotent`); what is safe
 *    to repeat is asked elsewhere when it errs, where the application is known (ask-again.ts).
 * 4. A stranger's `Forwarded` and `X-Forwarded-For` never reach another edge.
 */
export function nginxConfig(edge: ConfiguredNginx): { readonly http: string; readonly server: string } {
  return { http: httpText(edge), server: serverText(edge) };
}

export type ConfiguredNginx = {
  readonly here: LocationName;
  readonly settings: NginxSettings;
  /** Of `settings.edges`: the nginx that it is printed for. */
  readonly edge: NginxSettings["edges"][number];
  readonly addresses: SteeringContext["addresses"];
};

function httpText({ here, settings, edge, addresses }: ConfiguredNginx): string {
  const { relay } = settings;
  const folder = edge.folder ?? settings.folder;
  const others = Object.keys(addresses).filter((location) => location !== here);
  const sources = Object.fromEntries(
    Object.entries(addresses).map(([location, { v4, v6 }]) => [location, relay.from[location] ?? [...v4, ...v6]]),
  );
  const itself = itselfOf(edge, relay);
  const again = askAgainOf({ here, settings, edge, addresses });
  return `
map_hash_max_size 65536;
map_hash_bucket_size 256;
include ${folder}/${NGINX_FILES.buckets};
include ${folder}/${NGINX_FILES.routes};
# Who asks: another location's edge, or a user.
geo $realip_remote_addr $rp_from_edge {
  default "";
${edgeAddresses(here, sources)
  .map((address) => `  ${address} 1;`)
  .join("\n")}
}
map $http_x_probe $rp_probe {
  default 1;
  "" "";
}
map "$rp_from_edge$rp_probe|$http_x_hops" $rp_stays {
  default "";
  "~^1" 1;
  "~[|, ]${here.replaceAll(".", "\\.")}(?:,|$)" 1;
  "~(?:,[^,]*){${HOPS_MAX - 1}}" 1;
}
# Where to: a bucket set apart first, then the table, which is that of the loss that is followed.
map $rp_bucket $rp_sixteen {
  default "";
  "~^(?<rp_digit>[0-9A-F])[0-9A-F]$" $rp_digit;
}
map $rp_apart $rp_place {
  default $rp_apart;
  "" $rp_of_bucket;
}
map "$rp_stays/$rp_place" $rp_to {
  default "";
${others.map((there) => `  "/${there}" rp_${there};`).join("\n")}
}
${
  again === null
    ? `map $rp_to $rp_relayed {
  default @rp_relay;
  "" "";
}`
    : `${askAgainMaps(again)}
map "$rp_again|$rp_to" $rp_relayed {
  default @rp_again;
  "~^\\|." @rp_relay;
  "|" "";
}`
}
map "$rp_from_edge/$rp_place" $rp_else {
  default $rp_relayed;
  "/${SHED}" @rp_shed;
}
map $http_x_hops $rp_hops {
  default "$http_x_hops, ${here}";
  "" ${here};
}
map $remote_addr $rp_user {
  default $remote_addr;
  "~:" "[$remote_addr]";
}
map $http_upgrade $rp_connection {
  default upgrade;
  "" "";
}
map $upstream_http_x_location $rp_answers {
  default "";
  "" ${here};
}
${others.map((there) => upstream(there, targetsOf(addresses[there], portOf(relay)), itself)).join("\n")}${again === null ? "" : `\n${askAgainUpstreams(again)}\n${secondServer(again, tlsLines(relay, "    "))}`}
# By which table it answers, for Houston alone.
server {
  listen ${edge.status};
  access_log off;
  keepalive_timeout 0;
  default_type application/json;
  location / { return 200 $rp_table; }
}
`;
}

const upstream = (there: LocationName, targets: readonly string[], itself: string): string => `upstream rp_${there} {
${targets.map((target) => `  server ${target} max_fails=3 fail_timeout=10s;`).join("\n")}
  server ${itself} backup;
  keepalive 32;
}`;

function serverText(edge: ConfiguredNginx): string {
  const { here, settings } = edge;
  const { relay } = settings;
  const again = askAgainOf(edge);
  const passed = `  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header Forwarded 'for="$rp_user";by=${here};proto=$scheme';
  proxy_set_header x-hops $rp_hops;
  proxy_connect_timeout ${milliseconds(relay.connectSeconds)};${tlsLines(relay, "  ")}`;
  return `
error_page 418 = $rp_else;
if ($rp_else) { return 418; }
add_header x-location $rp_answers always;
location @rp_shed {
  internal;
  default_type text/plain;
  add_header retry-after 1 always;
  return 503 "set apart";
}
location @rp_relay {
  proxy_pass ${schemeOf(relay)}://$rp_to;
${passed}
  proxy_set_header Connection $rp_connection;
  proxy_set_header Upgrade $http_upgrade;
  proxy_send_timeout ${milliseconds(relay.answerSeconds)};
  proxy_read_timeout ${milliseconds(relay.answerSeconds)};
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 3;
}
${
  again === null
    ? ""
    : `location @rp_again {
  proxy_pass $rp_again_scheme://$rp_again;
${passed}
  proxy_set_header Connection "";
${askAgainLines(again)}
}
`
}`;
}

function tlsLines({ tls }: NginxSettings["relay"], indent: string): string {
  if (tls === undefined) return "";
  const own =
    tls.certificateFile === undefined
      ? []
      : [`proxy_ssl_certificate ${tls.certificateFile};`, `proxy_ssl_certificate_key ${tls.certificateFile};`];
  return [
    "proxy_ssl_server_name on;",
    "proxy_ssl_name $host;",
    "proxy_ssl_verify on;",
    `proxy_ssl_trusted_certificate ${tls.caFile};`,
    ...own,
  ]
    .map((line) => `\n${indent}${line}`)
    .join("");
}

/** Null: nobody is asked a second time elsewhere. */
function askAgainOf({ here, settings, edge, addresses }: ConfiguredNginx): AskAgain | null {
  const { relay, askAgain } = settings;
  const { application, second } = edge;
  if (application === undefined) return null;
  const others = Object.keys(addresses).filter((location) => location !== here);
  return {
    here,
    settings: askAgain,
    application,
    second,
    targets: new Map(others.map((there) => [there, targetsOf(addresses[there], portOf(relay))])),
    itself: itselfOf(edge, relay),
    scheme: schemeOf(relay),
  };
}

const itselfOf = ({ itself }: ConfiguredNginx["edge"], relay: NginxSettings["relay"]): string =>
  itself ?? `127.0.0.1:${portOf(relay)}`;

const schemeOf = ({ tls }: NginxSettings["relay"]): "http" | "https" => (tls === undefined ? "http" : "https");

const portOf = ({ port, tls }: NginxSettings["relay"]): number => port ?? (tls ? 443 : 80);

const targetsOf = ({ v4, v6 }: LocationAddresses = { v4: [], v6: [] }, port: number): readonly string[] => [
  ...v4.map((address) => `${address}:${port}`),
  ...v6.map((address) => `[${address}]:${port}`),
];

const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)}ms`;
