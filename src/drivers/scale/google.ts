import { googleSigner } from "../google-signer.ts";
import { httpCall, type HttpAnswer } from "./http-call.ts";
import type { Machines, MachinesProblem } from "./machines.ts";
import { countOf, noAnswer, problem } from "./problem.ts";

/**
 * A managed instance group of Google Compute Engine (REST, v1): its size, or the floor of the autoscaler that has it in hand.
 * Google's own library finds and renews the credentials; the few calls are plain HTTP.
 */
export type GooglePart = {
  readonly group: string;
  /** The autoscaler whose `minNumReplicas` is the floor; without it the floor is the group's `targetSize`. */
  readonly autoscaler?: string;
};

export type GooglePlace = {
  readonly project: string;
  /** `zones/europe-west1-b` or `regions/europe-west1`. */
  readonly in: string;
  /** A key or a federation's description; else GOOGLE_APPLICATION_CREDENTIALS, or the machine's own account. */
  readonly credentialsFile?: string;
  readonly endpoint?: string;
};

const ENDPOINT = "https://compute.googleapis.com";
const SCOPE = "https://www.googleapis.com/auth/compute";
/** A group without an autoscaler has no maximum of its own; Google allows so many in a regional one. */
const INSTANCES_MOST = 4000;
const ERROR_KNOWN_MS = 600_000;
const ERRORS_READ = 20;

export function googleMachines(place: GooglePlace, { group, autoscaler }: GooglePart, now: () => number): Machines {
  const endpoint = place.endpoint ?? ENDPOINT;
  const root = `${endpoint}/compute/v1/projects/${encodeURIComponent(place.project)}/${place.in}`;
  const groupUrl = `${root}/instanceGroupManagers/${encodeURIComponent(group)}`;
  const tokenFor = googleSigner({ credentialsFile: place.credentialsFile, scope: SCOPE });

  const call = async (
    ask: { readonly method: "GET" | "POST" | "PATCH"; readonly url: string; readonly body?: unknown },
    signal: AbortSignal,
  ): Promise<HttpAnswer | MachinesProblem> => {
    const token = await tokenFor(ask.url, signal);
    if (token.kind === "late") return noAnswer(null, signal, []);
    if (token.kind === "no-credentials") {
      return problem({
        code: "forbidden",
        says: "no credentials of Google's were found, or they were not taken",
        secrets: [],
      });
    }
    const { authorization } = token;
    return httpCall(
      {
        method: ask.method,
        url: ask.url,
        headers: { authorization, ...(ask.body !== undefined && { "content-type": "application/json" }) },
        ...(ask.body !== undefined && { body: JSON.stringify(ask.body) }),
        secrets: [authorization.replace(/^Bearer /, "")],
        signal,
      },
      (_status, body) => saidByError((body as { readonly error?: unknown } | null)?.error),
    );
  };

  /** Why growth does not come: the group's newest errors. Undefined: none of a quota or of Google's stock. */
  const whyShort = async (signal: AbortSignal): Promise<string | undefined> => {
    const answer = await call({ method: "GET", url: `${groupUrl}/listErrors?maxResults=${ERRORS_READ}` }, signal);
    if (answer.kind !== "answer") return undefined;
    const { items } = answer.body as { readonly items?: readonly GroupError[] };
    return items?.find(
      ({ timestamp, error }) =>
        now() - Date.parse(timestamp ?? "") < ERROR_KNOWN_MS && SHORTAGE.test(error?.code ?? "") && error?.message,
    )?.error?.message;
  };

  return {
    name: autoscaler === undefined ? `group ${place.in}/${group}` : `autoscaler ${place.in}/${autoscaler}`,

    async look(signal) {
      const [grouped, scaled] = await Promise.all([
        call({ method: "GET", url: groupUrl }, signal),
        autoscaler === undefined
          ? null
          : call({ method: "GET", url: `${root}/autoscalers/${encodeURIComponent(autoscaler)}` }, signal),
      ]);
      if (grouped.kind !== "answer") return grouped;
      if (scaled !== null && scaled.kind !== "answer") return scaled;
      const { targetSize, currentActions } = grouped.body as Group;
      const policy = (scaled?.body as Autoscaler | undefined)?.autoscalingPolicy;
      const ready = countOf(currentActions?.none ?? 0);
      const size = countOf(targetSize);
      const floor = scaled === null ? size : countOf(policy?.minNumReplicas ?? 0);
      const most = scaled === null ? INSTANCES_MOST : countOf(policy?.maxNumReplicas);
      if (ready === null || size === null || floor === null || most === null) {
        return problem({ code: "bad-answer", says: "the answer is no group or autoscaler", secrets: [] });
      }
      const quota = ready < Math.max(size, floor) ? await whyShort(signal) : undefined;
      return { kind: "seen", floor, ready, most, ...(quota !== undefined && { quota }) };
    },

    async ask(replicas, signal) {
      const asked =
        autoscaler === undefined
          ? await call(
              {
                method: "POST",
                url: `${groupUrl}/resize?size=${replicas}`,
              },
              signal,
            )
          : await call(
              {
                method: "PATCH",
                url: `${root}/autoscalers?autoscaler=${encodeURIComponent(autoscaler)}`,
                body: { autoscalingPolicy: { minNumReplicas: replicas } },
              },
              signal,
            );
      if (asked.kind !== "answer") return asked;
      // The operation may have ended already, and badly; one that goes on is seen by the next look.
      const failure = (asked.body as Operation).error?.errors?.[0];
      if (failure === undefined) return { kind: "done" };
      return problem({
        says: `${failure.code}: ${failure.message}`,
        code: codeOf(failure.code) ?? "refused",
        secrets: [],
      });
    },
  };
}

type Group = { readonly targetSize?: unknown; readonly currentActions?: { readonly none?: unknown } };
type Autoscaler = {
  readonly autoscalingPolicy?: { readonly minNumReplicas?: unknown; readonly maxNumReplicas?: unknown };
};
type GroupError = {
  readonly timestamp?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
};
type Operation = {
  readonly error?: { readonly errors?: readonly { readonly code?: string; readonly message?: string }[] };
};

const SHORTAGE = /QUOTA_EXCEEDED|quotaExceeded|RESOURCE_POOL_EXHAUSTED|limitExceeded/;

function codeOf(reason: string | undefined): MachinesProblem["code"] | undefined {
  if (reason === undefined) return undefined;
  if (/rateLimitExceeded|RATE_LIMIT_EXCEEDED/i.test(reason)) return "throttled";
  if (SHORTAGE.test(reason)) return "quota";
  if (/RESOURCE_NOT_READY|resourceNotReady|RESOURCE_IN_USE/.test(reason)) return "conflict";
  return undefined;
}

/** `{error: {code, message, errors: [{reason, message}]}}`; a rate limit and a quota both come as 403. */
function saidByError(error: unknown): { readonly code?: MachinesProblem["code"]; readonly says?: string } {
  const { message, errors } = (error ?? {}) as { message?: unknown; errors?: readonly { readonly reason?: string }[] };
  const code = codeOf(Array.isArray(errors) ? (errors as readonly { reason?: string }[])[0]?.reason : undefined);
  return { ...(code && { code }), ...(typeof message === "string" && { says: message }) };
}
