import type * as Api from "@aws-sdk/client-route-53";
import type { Route53Client } from "@aws-sdk/client-route-53";
import type { Outcome } from "../../../core/control-contract.ts";
import type { UnixMs } from "../../../core/step.ts";
import { amazonSecrets } from "../../amazon-errors.ts";
import { requestPace } from "../request-pace.ts";
import { problemOf } from "./problem.ts";

export type Amazon = { readonly client: Route53Client; readonly api: typeof Api };
export type Called<Answer> =
  | { readonly kind: "answer"; readonly answer: Answer }
  | Exclude<Outcome, { readonly kind: "done" }>;

/** One call of the API, at the pace that is allowed; what goes wrong is a value, with `about` in its words. Never rejects. */
export type Route53Call = <Answer>(
  about: string,
  send: (amazon: Amazon, abort: { readonly abortSignal: AbortSignal }) => Promise<Answer>,
  signal: AbortSignal,
) => Promise<Called<Answer>>;

export type Route53Calls = {
  readonly endpoint: string | undefined;
  readonly requestsPerSecond: number;
  readonly withinMs: number;
  readonly now: () => UnixMs;
};

/** Of a token bucket of 50 for the whole account. */
const BURST = 20;

/** Calls of Amazon's own client, which is loaded at the first, as its credentials are found. */
export function route53Calls(options: Route53Calls): Route53Call {
  const { withinMs, now } = options;
  const pace = requestPace({ burst: BURST, perSecond: options.requestsPerSecond }, now);
  let made: Promise<Amazon> | undefined;
  return async (about, send, signal) => {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    try {
      await pace(abortSignal);
      return { kind: "answer", answer: await send(await (made ??= loadAmazon(options)), { abortSignal }) };
    } catch (error) {
      return problemOf(error, {
        domain: about,
        signal: abortSignal,
        secrets: await amazonSecrets(made?.then(({ client }) => client)),
      });
    }
  };
}

async function loadAmazon({ endpoint }: Pick<Route53Calls, "endpoint">): Promise<Amazon> {
  const api = await import("@aws-sdk/client-route-53");
  // One attempt: whoever asked asks again, and the pace counts what is sent.
  const client = new api.Route53Client({
    region: "us-east-1",
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint }),
  });
  return { client, api };
}
