import type { LocationName } from "../../../core/estate.ts";
import type { NginxSettings } from "./shape.ts";

/**
 * The lines by which an nginx asks about a request in a second place when the first one errs, as haproxy/ask-again.ts does, and with the same
 * rules for what may be asked again and where.
 *
 * 1. nginx tries again within one upstream, whose servers it speaks to in one way (TLS or not), and counts no tries. So the second place is
 *    asked through this nginx itself, at `second`: there requests are counted, and `perSecondMax` go on. What was handed on
 *    comes back here without it: it is no more than this place's own users.
 * 2. Two places, and not two addresses of one: of a location that has several each is an upstream of its own, and a request is for one of them.
 * 3. No server is ever left out for its errors (`max_fails=0`): where everybody errs, nobody would be left to answer.
 */
export type AskAgain = {
  readonly here: LocationName;
  readonly settings: NginxSettings["askAgain"];
  readonly application: string;
  /** Address and port. */
  readonly second: string;
  /** By location: the others' edges. */
  readonly targets: ReadonlyMap<LocationName, readonly string[]>;
  readonly itself: string;
  readonly scheme: "http" | "https";
};

/** Sets `$rp_again` to the upstream that asks twice, or to nothing. */
export function askAgainMaps({ settings, targets, scheme }: AskAgain): string {
  const places = [...targets.keys()];
  const counts = new Set([...targets.values()].map(({ length }) => length));
  return `${[...counts]
    .filter((count) => count > 1)
    .map(oneOf)
    .join("\n")}
# What may be asked about a second time, elsewhere: what is safe to repeat, and does not stay open.
map "$request_method|$http_idempotency_key" $rp_safe {
  default "";
  "~^(?:GET|HEAD|OPTIONS)\\|" 1;${settings.withIdempotencyKey ? '\n  "~\\|." 1;' : ""}
}
map "$http_upgrade|$http_accept" $rp_stays_open {
  default "";
  "~^[^|]" 1;
  "~text/event-stream" 1;
}
map "$rp_safe/$rp_stays_open$rp_stays$rp_apart/$rp_to/$rp_second" $rp_again {
  default "";
${places.map((there) => `  "~^1//rp_${there.replaceAll(".", "\\.")}/" ${thereFirst(there, targets.get(there)!.length)};\n  "1///${there}" rp_here_${there};`).join("\n")}
}
map $rp_again $rp_again_scheme {
  default ${scheme};
${places.map((there) => `  rp_here_${there} http;`).join("\n")}
}
map $http_x_rp_second $rp_second_to {
  default "";
${places.map((there) => `  ${there} rp_second_${there};`).join("\n")}
}
limit_req_zone $server_port zone=rp_again:32k rate=${settings.perSecondMax}r/s;`;
}

/** By chance: whoever is asked for again has another request, and another chance. */
const oneOf = (count: number): string => `split_clients $request_id $rp_one_of_${count} {
${Array.from({ length: count - 1 }, (_, index) => `  ${(100 / count).toFixed(2)}% ${index + 1};`).join("\n")}
  * ${count};
}`;

const thereFirst = (there: LocationName, addresses: number): string =>
  addresses > 1 ? `rp_${there}_here_$rp_one_of_${addresses}` : `rp_${there}_here`;

export function askAgainUpstreams({ application, second, targets, itself }: AskAgain): string {
  return [...targets]
    .map(([there, edges]) =>
      [
        upstream(`rp_here_${there}`, [application], [second]),
        ...edges.map((edge, index) =>
          upstream(`rp_${there}_here${edges.length > 1 ? `_${index + 1}` : ""}`, [edge], [itself]),
        ),
        upstream(`rp_second_${there}`, edges, []),
      ].join("\n"),
    )
    .join("\n");
}

function upstream(name: string, first: readonly string[], second: readonly string[]): string {
  const lines = [
    ...first.map((server) => `  server ${server} max_fails=0;`),
    ...second.map((server) => `  server ${server} max_fails=0 backup;`),
  ];
  return `upstream ${name} {\n${lines.join("\n")}\n  keepalive 32;\n}`;
}

/** Of this nginx alone: on to the place that `x-rp-second` names, as long as there are few enough. */
export function secondServer({ settings, second, scheme }: AskAgain, relayLines: string): string {
  return `server {
  listen ${second};
  access_log off;
  location / {
    limit_req zone=rp_again burst=${settings.perSecondMax} nodelay;
    if ($rp_second_to = "") { return 503; }
    proxy_pass ${scheme}://$rp_second_to;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_set_header x-rp-second "";
    proxy_read_timeout ${Math.round(settings.afterSeconds * 1000)}ms;
    proxy_next_upstream off;${relayLines}
  }
}`;
}

/** Into the location that asks twice, beside what a relay has. */
export function askAgainLines({ settings }: AskAgain): string {
  return `  proxy_set_header x-rp-second $rp_second;
  proxy_read_timeout ${Math.round(settings.afterSeconds * 1000)}ms;
  proxy_next_upstream error timeout http_500 http_502 http_503 http_504${settings.withIdempotencyKey ? " non_idempotent" : ""};
  proxy_next_upstream_tries 2;`;
}
