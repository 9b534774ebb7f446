import { Agent } from "undici";
import { z } from "zod";
import type { UnixMs } from "../../../core/step.ts";
import { googleSigner } from "../../google-signer.ts";
import { type ApiAnswer, apiCall, type FailureCode, type Reason } from "../api-call.ts";
import { connectionFailure } from "../ask-server.ts";
import type { Grain } from "../grain.ts";
import { setsDigest } from "../marker.ts";
import { markersAnswered } from "../markers-answered.ts";
import { isSameSet, namesOf, type RecordServer, type RecordSet, refused, retry } from "../record-server.ts";
import { requestPace } from "../request-pace.ts";
import { GOOGLE_SET, googleSet, type GoogleSet, ourSet } from "./routing-policy.ts";

export type GoogleDnsServer = {
  readonly project: string;
  readonly managedZones: Readonly<Record<string, string>>;
  readonly grain: Grain;
  readonly credentialsFile: string | undefined;
  readonly endpoint: string;
  readonly answeredBy: readonly string[];
  readonly withinMs: number;
  readonly now: () => UnixMs;
};

/** The narrowest scope that lets change records (https://docs.cloud.google.com/dns/docs/reference/rest/v1/changes/create). */
export const SCOPE = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
/** With more names than this the whole managed zone is listed, and the lesser work. */
const NAMES_ASKED_MAX = 20;
const PAGES_MAX = 100;
const CONNECTIONS_MAX = 8;
/** Google counts requests by project and minute, and others use the same. */
const PACE = { burst: 60, perSecond: 10 };
const LOOK_AGAIN_MS = 500;
const WHO = "Google Cloud DNS";

/**
 * Google Cloud DNS (https://docs.cloud.google.com/dns/docs/reference/rest/v1). A change is all or nothing, and its deletions must be what is
 * there to the letter: whoever wrote meanwhile is never written over.
 */
export function googleDnsServer(options: GoogleDnsServer): RecordServer {
  const { project, endpoint, withinMs, answeredBy } = options;
  const root = `${endpoint.replace(/\/$/, "")}/dns/v1/projects/${encodeURIComponent(project)}`;
  const tokenFor = googleSigner({ credentialsFile: options.credentialsFile, scope: SCOPE });
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  const pace = requestPace(PACE, options.now);
  const zoneNames = new Map(Object.entries(options.managedZones));
  /** Sets as Google showed them: what it is to delete it wants in its own words. */
  const seen = new Map<string, GoogleSet>();
  /** The last change that was accepted, by domain, until it is done. */
  const pending = new Map<string, string>();
  const checkUrl = (name: string): string =>
    `https://www.googleapis.com/compute/v1/projects/${project}/global/healthChecks/${name}`;
  const timed = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);

  const call = async (path: string, body: unknown, signal: AbortSignal): Promise<ApiAnswer> => {
    const url = `${root}${path}`;
    try {
      await pace(signal);
    } catch (error) {
      return connectionFailure(error, WHO);
    }
    const token = await tokenFor(url, signal);
    if (token.kind === "late") return retry("timeout", `${WHO}: no credentials in time`);
    if (token.kind === "no-credentials")
      return refused("forbidden", "no credentials of Google's were found, or they were not taken");
    const { authorization } = token;
    return apiCall(
      {
        who: WHO,
        method: body === undefined ? "GET" : "POST",
        url,
        headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        secrets: [authorization.replace(/^Bearer /, "")],
        signal,
        dispatcher,
      },
      reasonOf,
    );
  };

  /** All pages of a list, each read by `shape`. */
  const list = async <Item>(
    path: string,
    itemsOf: (body: unknown) => readonly Item[] | null,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "items"; readonly items: readonly Item[] } | Exclude<ApiAnswer, { kind: "answer" }>> => {
    const items: Item[] = [];
    let token = "";
    for (let page = 0; page < PAGES_MAX; page++) {
      const next = token === "" ? "" : `${path.includes("?") ? "&" : "?"}pageToken=${encodeURIComponent(token)}`;
      const answer = await call(`${path}${next}`, undefined, signal);
      if (answer.kind !== "answer") return answer;
      const found = itemsOf(answer.body);
      if (found === null) return retry("bad-answer", `${WHO} answers ${path.split("?")[0]} with another shape`);
      items.push(...found);
      token = (answer.body as { readonly nextPageToken?: string }).nextPageToken ?? "";
      if (token === "") return { kind: "items", items };
    }
    return retry("bad-answer", `${WHO} has more than ${PAGES_MAX} pages of ${path.split("?")[0]}`);
  };

  /** The path of the managed zone that has a domain. */
  const zonePath = async (domain: string, signal: AbortSignal) => {
    const known = zoneNames.get(domain);
    if (known !== undefined) return { kind: "path", path: `/managedZones/${known}` } as const;
    const found = await list(
      `/managedZones?dnsName=${encodeURIComponent(`${domain}.`)}`,
      (body) => ZONES.safeParse(body).data?.managedZones ?? null,
      signal,
    );
    if (found.kind !== "items") return found;
    const all = found.items.filter(({ visibility = "public" }) => visibility === "public");
    if (all.length === 0) return refused("unknown-zone", `the project ${project} has no public zone ${domain}`);
    if (all.length > 1)
      return refused(
        "unsupported",
        `${domain} is in ${all.map(({ name }) => name).join(" and ")}: say which in \`managedZones\``,
      );
    zoneNames.set(domain, all[0]!.name);
    return { kind: "path", path: `/managedZones/${all[0]!.name}` } as const;
  };

  const read: RecordServer["read"] = async ({ domain, names }, signal) => {
    const limit = timed(signal);
    const zone = await zonePath(domain, limit);
    if (zone.kind !== "path") return zone;
    const asked =
      names.length > NAMES_ASKED_MAX ? [""] : names.map(({ name }) => `?name=${encodeURIComponent(`${name}.`)}`);
    const found = await Promise.all(
      asked.map(async (query) =>
        list(`${zone.path}/rrsets${query}`, (body) => SETS.safeParse(body).data?.rrsets ?? null, limit),
      ),
    );
    const wanted = new Map(names.map(({ name, types }) => [name, types]));
    const sets: RecordSet[] = [];
    for (const each of found) {
      if (each.kind !== "items") return each;
      for (const theirs of each.items) {
        const own = ourSet(theirs, wanted.get(theirs.name.toLowerCase().replace(/\.$/, "")) ?? []);
        if (own === null) continue;
        sets.push(own);
        seen.set(keyOf(own), theirs);
      }
    }
    return { kind: "read", sets };
  };

  return {
    grain: options.grain,
    lookAgainMs: LOOK_AGAIN_MS,
    leads: ["A", "AAAA", "CNAME", "ALIAS"],
    read,

    async write({ domain, before, after }, signal) {
      const limit = timed(signal);
      const zone = await zonePath(domain, limit);
      if (zone.kind !== "path") return zone;
      const deletions = before
        .filter((set) => !after.some((other) => isSameSet(set, other)))
        .map((set) => seen.get(keyOf(set)) ?? googleSet(set, checkUrl));
      const additions = after
        .filter((set) => !before.some((other) => isSameSet(set, other)))
        .map((set) => googleSet(set, checkUrl));
      const answer = await call(`${zone.path}/changes`, { additions, deletions }, limit);
      if (answer.kind !== "answer") return answer;
      const change = CHANGE.safeParse(answer.body).data;
      if (change === undefined) return retry("bad-answer", `${WHO} answers a change with something else`);
      if (change.status === "pending") pending.set(domain, change.id);
      return { kind: "done" };
    },

    async answers(sets, domain, signal) {
      const limit = timed(signal);
      const change = pending.get(domain);
      if (change !== undefined) {
        const zone = await zonePath(domain, limit);
        if (zone.kind !== "path") return zone;
        const answer = await call(`${zone.path}/changes/${encodeURIComponent(change)}`, undefined, limit);
        if (answer.kind !== "answer") return answer;
        if (CHANGE.safeParse(answer.body).data?.status !== "done")
          return retry("not-applied", `${WHO} has accepted the change of ${domain}, and does not answer by it yet`);
        pending.delete(domain);
      }
      const found = await read({ domain, names: namesOf({ before: sets, absent: [] }) }, signal);
      if (found.kind !== "read") return found;
      const names = new Set(sets.map(keyOf));
      const own = found.sets.filter((set) => names.has(keyOf(set)));
      if (setsDigest(own) !== setsDigest(sets))
        return retry("not-applied", `${WHO} does not show ${domain} as it was written`);
      return markersAnswered(sets, { servers: answeredBy, withinMs, signal });
    },
  };
}

function keyOf({ name, type }: Pick<RecordSet, "name" | "type">): string {
  return `${name} ${type}`;
}

const ZONES = z.object({
  managedZones: z.array(z.object({ name: z.string(), visibility: z.string().optional() })).default([]),
});
const SETS = z.object({ rrsets: z.array(GOOGLE_SET).default([]) });
const CHANGE = z.object({ id: z.string(), status: z.enum(["pending", "done"]) });

/** By `reason`, in which Google says what its status leaves open (https://docs.cloud.google.com/dns/docs/reference/rest/v1). */
const MEANINGS: ReadonlyMap<unknown, FailureCode> = new Map<string, FailureCode>([
  ["rateLimitExceeded", "throttled"],
  ["userRateLimitExceeded", "throttled"],
  ["quotaExceeded", "unsupported"],
  ["alreadyExists", "conflict"],
  ["conditionNotMet", "conflict"],
]);

/** `{error: {code, message, errors: [{reason, message}]}}`; a rate limit and a missing right both come as 403, a zone and a deletion that are not there as 404. */
function reasonOf(status: number, body: unknown): Reason {
  const { error } = (body ?? {}) as { readonly error?: { readonly message?: unknown; readonly errors?: unknown } };
  const [first] = (Array.isArray(error?.errors) ? error.errors : []) as readonly { readonly reason?: unknown }[];
  const says = typeof error?.message === "string" ? error.message : undefined;
  const isGone = status === 404 && /entity\.change/.test(says ?? "");
  return { code: isGone ? "conflict" : MEANINGS.get(first?.reason), says };
}
