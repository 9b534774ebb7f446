import type { LocationName } from "../../../core/estate.ts";

/**
 * The lines by which a HAProxy asks about a request in a second place when the first one errs, before anybody has decided anything. Like a
 * shop assistant who asks the next counter when the first has no answer, but never orders twice.
 *
 * 1. Only what is safe to repeat: GET, HEAD and OPTIONS (RFC 9110, 9.2.1), and what has an `Idempotency-Key` where the application honours it.
 *    Nothing that stays open (WebSockets, event streams), for a time-out would end it.
 * 2. Once, in one place: what belongs here, where the plan for the loss of this location has its chunk; what was handed on, here. What another
 *    edge passed on is not asked again, so one request of a user's is never more than two.
 * 3. A bucket that is set apart stays where it is: what follows the traffic must not be spread.
 * 4. No storm: of the last minute's requests that may be asked again, at most `shareMax` were, and FEW_ALWAYS. Counted is each that the first
 *    place has not answered well, those still under way too. So a fault that is all of it has all its requests asked again for the first 12 s
 *    (at 20 %), and one that goes on forever a fifth of them.
 *
 * Why edges ask and do not decide: docs/decisions/0021-edges-ask-a-second-place.md.
 *
 * HAProxy tries again on another server of the same backend, and takes those with weight 0 for no second try: the first place's have 0 and are
 * chosen by `use-server`, which holds for the first try only.
 */
export type AskAgain = {
  readonly here: LocationName;
  readonly settings: {
    readonly shareMax: number;
    readonly afterSeconds: number;
    readonly withIdempotencyKey: boolean;
  };
  /** Servers of the application, as HAProxy reaches them. */
  readonly application: readonly string[];
};

/** Fewer than two a second are nobody's storm, and a quiet place, or one that has just begun to count, may ask again too. */
const FEW_ALWAYS = 100;
/** With a hyphen, for a location may be called `budget`: relays are `rp_LOCATION`. */
const BUDGET = "rp-budget";
const WINDOW = "60s";

/** Sets `txn.rp_again` for who may be asked about again, and `txn.rp_else` to where. `changes` and `routes` look a chunk up in the maps. */
export function askAgainRules(
  { here, settings }: AskAgain,
  { changes, routes }: { readonly changes: string; readonly routes: string },
): string {
  const wellThousandths = Math.round((1 - settings.shareMax) * 1000);
  const asked = (converters: string): string => `int(1),table_gpc0_rate(${BUDGET})${converters}`;
  return `# What may be asked about a second time, elsewhere: what is safe to repeat, while there is a budget for it.
acl rp_safe method GET HEAD OPTIONS
${settings.withIdempotencyKey ? "acl rp_safe req.hdr(idempotency-key) -m found\n" : ""}acl rp_stays_open req.hdr(upgrade) -m found
acl rp_stays_open req.hdr(accept) -m sub text/event-stream
http-request set-var(txn.rp_again) bool(true) if rp_safe !rp_stays_open !rp_from_edge !rp_hops_all_used !rp_probe { var(txn.rp_rule) -m found } !{ var(txn.rp_apart) -m found }
http-request track-sc2 int(1) table ${BUDGET} if { var(txn.rp_again) -m found }
http-request set-var(txn.rp_well) int(1),table_gpc1_rate(${BUDGET})
http-request set-var(txn.rp_spent) ${asked(`,mul(${wellThousandths}),div(1000),sub(txn.rp_well)`)}
acl rp_may_spend var(txn.rp_spent) -m int lt ${FEW_ALWAYS}
http-request sc-inc-gpc0(2) if { var(txn.rp_again) -m found } !rp_may_spend
http-request sc-inc-gpc1(2) if { var(txn.rp_again) -m found } !rp_may_spend
http-request unset-var(txn.rp_again) unless rp_may_spend
http-request set-var(txn.rp_else) str(lost/${here}),concat(,txn.rp_chunk),${changes} if { var(txn.rp_again) -m found }
http-request set-var(txn.rp_else) str(lost/${here}),concat(,txn.rp_chunk),${routes} if { var(txn.rp_again) -m found } !{ var(txn.rp_else) -m found }`;
}

/** Where the counters stand: one line for all. */
export const budgetBackend = (): string => `backend ${BUDGET}
    stick-table type integer size 1 expire 1h store gpc0,gpc0_rate(${WINDOW}),gpc1,gpc1_rate(${WINDOW})`;

export type Servers = {
  /** What their names begin with. */
  readonly called: string;
  /** A line each. */
  readonly lines: readonly string[];
};

/** The part of a backend that asks `first`, and `second` when that errs. */
export function askAgainLines({ settings }: AskAgain, first: Servers, second: Servers): string {
  const count = first.lines.length;
  const one = count === 1 ? `${first.called}-1` : `${first.called}-%[rand(${count}),add(1)]`;
  return `balance roundrobin
timeout server ${Math.round(settings.afterSeconds * 1000)}ms
retries 1
option redispatch 1
retry-on 500 502 503 504 conn-failure empty-response response-timeout
${settings.withIdempotencyKey ? "option http-buffer-request\n" : ""}http-request sc-inc-gpc0(2)
http-response sc-inc-gpc1(2) if { srv_name -m beg ${first.called}- }
use-server ${one} if TRUE
${[...first.lines.map((line) => `${line} weight 0`), ...second.lines].join("\n")}`;
}
