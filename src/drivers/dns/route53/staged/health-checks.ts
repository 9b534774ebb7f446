import type { HealthCheck, HealthCheckConfig } from "@aws-sdk/client-route-53";
import type { Outcome } from "../../../../core/control-contract.ts";
import { digest } from "../../marker.ts";
import { refused, retry } from "../../record-server.ts";
import type { Called, Route53Call } from "../calls.ts";
import { stepPath, type Step } from "./switch-word.ts";
import { SWITCHES_NEEDED } from "./shape.ts";

/** What stands in the account under our mark, and what is to stand there. */
export type HealthChecks = {
  /** All of ours, by what they are; one that somebody changed is a refusal. */
  list(signal: AbortSignal): Promise<Called<ReadonlyMap<string, HeldCheck>>>;
  create(config: HealthCheckConfig, signal: AbortSignal): Promise<Called<string>>;
  remove(id: string, signal: AbortSignal): Promise<Outcome>;
  /** Whether checkers of Route 53 have had an answer of a switch: done, or why not yet. */
  reached(id: string, signal: AbortSignal): Promise<Outcome>;
};

export type HeldCheck = { readonly id: string; readonly isCalculated: boolean };

/** The least that Route 53 has for endpoints that are asked often. */
const ASKED_EACH_SECONDS = 10;
/** One round is enough, either way: what a switch does not say moves nobody, and Route 53 believes it as soon as a fifth of its checkers were told. */
const ROUNDS = 1;
/** More than the 200 that an account has unless Amazon was asked for more. */
const PAGES_MAX = 100;
const ABOUT = "the health checks";

/** Route 53's checkers ask one switch whether one step is out. */
export function askedOf(switchUrl: string, step: Step): HealthCheckConfig {
  const { protocol, hostname, port } = new URL(switchUrl);
  const isTls = protocol === "https:";
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(":");
  return {
    Type: isTls ? "HTTPS" : "HTTP",
    ...(isAddress ? { IPAddress: host } : { FullyQualifiedDomainName: host }),
    Port: port === "" ? (isTls ? 443 : 80) : Number(port),
    ResourcePath: stepPath(step),
    RequestInterval: ASKED_EACH_SECONDS,
    FailureThreshold: ROUNDS,
    Inverted: false,
    // Without it a server of several names could not tell which certificate to show.
    ...(isTls && { EnableSNI: !isAddress }),
  };
}

/**
 * Healthy while fewer than two of the three say that the step is out. Inverted, so that silence takes nobody out: three switches that are gone
 * leave everybody where the records say.
 */
export function stayingIn(children: readonly string[]): HealthCheckConfig {
  return {
    Type: "CALCULATED",
    ChildHealthChecks: children.toSorted(),
    HealthThreshold: SWITCHES_NEEDED,
    Inverted: true,
  };
}

/** What a check is, whatever it is called there. */
export function checkKey(config: HealthCheckConfig): string {
  const known = Object.fromEntries(COMPARED.map((key) => [key, config[key] ?? null]));
  return digest(JSON.stringify({ ...known, ChildHealthChecks: config.ChildHealthChecks?.toSorted() ?? null }));
}

const COMPARED = [
  "Type",
  "IPAddress",
  "FullyQualifiedDomainName",
  "Port",
  "ResourcePath",
  "RequestInterval",
  "FailureThreshold",
  "Inverted",
  "EnableSNI",
  "HealthThreshold",
] as const satisfies readonly (keyof HealthCheckConfig)[];

/**
 * Health checks of one estate in an account. Each carries whose it is and what it was made as in its caller reference, the only field of ours that
 * the API keeps: `houston-<estate>-<what>-<once>`. The last part, for Route 53 never takes the reference of a deleted one again.
 */
export function healthChecks(
  call: Route53Call,
  { estate, once }: { readonly estate: string; readonly once: () => string },
): HealthChecks {
  const mark = `houston-${digest(estate)}-`;
  return {
    async list(signal) {
      const held = new Map<string, HeldCheck>();
      let marker: string | undefined;
      for (let page = 0; page < PAGES_MAX; page++) {
        const asked = { MaxItems: 100, ...(marker !== undefined && { Marker: marker }) };
        const found = await call(
          ABOUT,
          ({ client, api }, abort) => client.send(new api.ListHealthChecksCommand(asked), abort),
          signal,
        );
        if (found.kind !== "answer") return found;
        const { HealthChecks: all, IsTruncated: isMore, NextMarker: next } = found.answer;
        if (all === undefined) return retry("bad-answer", "Route 53 answers no list of health checks");
        for (const check of all.filter(({ CallerReference: of }) => of?.startsWith(mark))) {
          const problem = changedProblem(check, mark);
          if (problem !== null) return problem;
          const { Id: id = "", HealthCheckConfig: config } = check;
          held.set(checkKey(config!), { id, isCalculated: config!.Type === "CALCULATED" });
        }
        if (isMore !== true || next === undefined) return { kind: "answer", answer: held };
        marker = next;
      }
      return refused("unsupported", `the account has more than ${PAGES_MAX * 100} health checks`);
    },

    async create(config, signal) {
      const reference = `${mark}${checkKey(config)}-${once()}`;
      const found = await call(
        ABOUT,
        ({ client, api }, abort) =>
          client.send(
            new api.CreateHealthCheckCommand({ CallerReference: reference, HealthCheckConfig: config }),
            abort,
          ),
        signal,
      );
      if (found.kind !== "answer") return found;
      const id = found.answer.HealthCheck?.Id;
      return id === undefined
        ? retry("bad-answer", "Route 53 answers no id of a new health check")
        : { kind: "answer", answer: id };
    },

    async remove(id, signal) {
      const found = await call(
        ABOUT,
        ({ client, api }, abort) => client.send(new api.DeleteHealthCheckCommand({ HealthCheckId: id }), abort),
        signal,
      );
      return found.kind === "answer" ? { kind: "done" } : found;
    },

    async reached(id, signal) {
      const found = await call(
        ABOUT,
        ({ client, api }, abort) => client.send(new api.GetHealthCheckStatusCommand({ HealthCheckId: id }), abort),
        signal,
      );
      if (found.kind !== "answer") return found;
      const said = (found.answer.HealthCheckObservations ?? []).map(({ StatusReport: report }) => report?.Status ?? "");
      if (said.some((status) => ANSWERED.test(status))) return { kind: "done" };
      return retry("not-applied", said[0] ?? "no checker of Route 53 has looked yet");
    },
  };
}

/** `Success: HTTP Status Code 200, OK`, `Failure: HTTP Status Code 503, Service Unavailable`. */
const ANSWERED = /HTTP Status Code (?:200|503)\b/;

function changedProblem(check: HealthCheck, mark: string): ReturnType<typeof refused> | null {
  const made = check.CallerReference!.slice(mark.length).split("-")[0];
  if (check.HealthCheckConfig !== undefined && checkKey(check.HealthCheckConfig) === made) return null;
  return refused(
    "foreign-records",
    `somebody changed Houston's health check ${check.Id}; nothing was written. Delete it, or put it back as it was`,
  );
}
