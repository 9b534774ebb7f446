import type { Outcome } from "../../../core/control-contract.ts";
import { AMAZON_FORBIDS, AMAZON_THROTTLES, type AmazonError } from "../../amazon-errors.ts";
import { withoutSecrets } from "../../secret.ts";
import { connectionFailure } from "../ask-server.ts";
import { refused, retry } from "../record-server.ts";

type Asked = { readonly domain: string; readonly signal: AbortSignal; readonly secrets: readonly string[] };

/** A refusal is a sentence; some send pages. */
const SAYS_CHARS_MAX = 300;

/** Somebody else was there between our look and our write: a part was not as it was, or there is one already. */
const ANOTHER_WAS_THERE = /not found|do not match|already exists|conflict/i;

/** What a call threw, as a value (Route 53's API reference, and Amazon's Common Errors). */
export function problemOf(
  error: unknown,
  { domain, signal, secrets }: Asked,
): Exclude<Outcome, { readonly kind: "done" }> {
  const { name, message, $metadata: metadata } = error as AmazonError;
  const status = metadata?.httpStatusCode;
  if (AMAZON_FORBIDS.test(name))
    return refused(
      "forbidden",
      wordsOf(`${name}: ${message}: may this key read and change the records of ${domain}?`, secrets),
    );
  if (signal.aborted) return retry("timeout", "Route 53: no answer in time");
  if (status === undefined) {
    const { code, says } = connectionFailure(error, "Route 53");
    return { kind: "retry", code, says: wordsOf(says ?? code, secrets) };
  }
  const batch = batchProblem(error);
  if (batch !== null) {
    const words = wordsOf(`Route 53 refuses the change of ${domain}: ${batch}`, secrets);
    return ANOTHER_WAS_THERE.test(batch)
      ? retry("conflict", `${words}; it is looked at again`)
      : refused("refused", words);
  }
  const says = wordsOf(`Route 53: ${name}: ${message}`, secrets);
  if (AMAZON_THROTTLES.test(name) || name === "PriorRequestNotComplete" || status === 429)
    return retry("throttled", says);
  if (name === "NoSuchHostedZone") return refused("unknown-zone", says);
  if (name === "LimitsExceeded") return refused("unsupported", says);
  if (status >= 500) return retry("provider-fault", says);
  return status < 300 ? retry("bad-answer", says) : refused("refused", says);
}

/**
 * What is wrong with a batch. The API says it in one of two documents: an error of that code like all others, or one of its own
 * with a list, whose name Amazon's client does not read. Null: it was something else.
 */
function batchProblem(error: unknown): string | null {
  const {
    name,
    message,
    Messages: own,
  } = error as AmazonError & {
    readonly Messages?: { readonly Message?: string | readonly string[] } | null;
  };
  if (own === undefined) return name === "InvalidChangeBatch" ? message : null;
  return [own?.Message ?? message].flat().join(" ");
}

function wordsOf(says: string, secrets: readonly string[]): string {
  return withoutSecrets(says, secrets).replaceAll(/\s+/g, " ").slice(0, SAYS_CHARS_MAX);
}
