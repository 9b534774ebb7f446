import type { UnixMs } from "../../core/step.ts";
import type { Caller, CallResult, OutgoingCall } from "./caller.ts";
import type { Habit } from "./records.ts";
import type { Resolver } from "./resolver.ts";
import type { Wheel } from "./wheel.ts";

/**
 * What a browser does for one request: look the name up, call, and when the connection fails before an answer began, try
 * once more what may be tried again. It does not ask DNS again within the TTL: the second try goes where the cache says.
 */
export type ExchangeRequest = Pick<
  OutgoingCall,
  "method" | "path" | "host" | "from" | "wanted" | "idempotencyKey" | "body"
> & {
  readonly habit: Habit;
  readonly deadline: UnixMs;
};

export type ExchangeResult = {
  /** The address first called; null when the name could not be resolved. */
  readonly called: string | null;
  readonly tries: number;
  readonly result: CallResult | { readonly kind: "unresolved" };
};

const TRIES_MAX = 2;

export function exchange(
  tools: {
    readonly wheel: Wheel;
    readonly resolver: Resolver;
    readonly caller: Caller;
    readonly roundTripMs: (address: string) => number;
    readonly onTold?: (address: string) => void;
  },
  request: ExchangeRequest,
  then: (result: ExchangeResult) => void,
): void {
  const { wheel, resolver, caller } = tools;
  let first: string | null = null;
  let tries = 0;
  let over = false;
  let current: { abort(): void } | null = null;

  const finish = (result: ExchangeResult["result"]): void => {
    if (over) return;
    over = true;
    then({ called: first, tries, result });
  };
  const attempt = (): void => {
    resolver.resolve(request.host, request.habit, (address, fresh) => {
      if (over) return;
      if (address === null) return finish({ kind: "unresolved" });
      if (fresh) tools.onTold?.(address);
      first ??= address;
      tries++;
      const call = {
        ...request,
        to: address,
        roundTripMs: tools.roundTripMs(address),
        pinned: request.habit === "pinned",
      };
      current = caller.call(call, (result) => {
        if (over) return;
        if (result.kind === "failed" && mayTryAgain(request, result) && tries < TRIES_MAX) attempt();
        else finish(result);
      });
    });
  };
  wheel.at(request.deadline, () => {
    if (over) return;
    if (current) current.abort();
    finish(first === null ? { kind: "unresolved" } : { kind: "failed", why: "timeout", sent: true, answering: false });
  });
  attempt();
}

function mayTryAgain(request: ExchangeRequest, failed: CallResult & { kind: "failed" }): boolean {
  if (failed.why === "timeout" || failed.answering) return false;
  return !failed.sent || request.method === "GET" || request.idempotencyKey !== undefined;
}
