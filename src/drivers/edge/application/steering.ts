import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Outcome } from "../../../core/control-contract.ts";
import { CallerError } from "../../../core/errors.ts";
import { followedAsLost } from "../../../core/route/route.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import { refusedTable } from "../../refused-table.ts";
import { createRouteHolder, gatherNotices } from "../../route-holder.ts";
import { secretOf } from "../../secret.ts";
import type { MakeSteering, RunningSteering, SteeringContext } from "../../steering-context.ts";
import { writeWhole } from "../../write-whole.ts";
import { documentProblems, documentTag, noticesOf, type RouteDocument, takesPlaceOf } from "../own/route-document.ts";
import { together } from "../together.ts";
import { routeDesk } from "./route-desk.ts";
import type { ApplicationSettings } from "./shape.ts";

/**
 * Tells applications that are their own edges who serves whom: a route document, written into a file and given to whoever asks.
 *
 * 1. Done: the file holds it, and of the applications that ask, one at least has come back with it; who has not is named.
 * 2. An older table never replaces a newer one, after a restart neither: the file is what was told.
 */
export const makeApplication: MakeSteering<ApplicationSettings> = async (settings, context) =>
  steerApplications(settings, context, WITHIN_MS);

/** The same with a time of its own within which applications have to come back. */
export async function steerApplications(
  settings: ApplicationSettings,
  context: SteeringContext,
  withinMs: number,
): Promise<RunningSteering> {
  const { estate, hosts, subnets, otherwise, addresses } = context;
  const locations = estate.locations.map(({ name }) => name);
  const route = createRouteHolder(locations);
  const gather = gatherNotices(route, context.now);
  const kept = keptDocument(settings.file);
  let told = kept?.document ?? null;
  let tag = kept === null ? "" : documentTag(kept.document, kept.text);
  const desk = settings.listen === undefined ? null : await openDesk(settings.listen, context.env);
  // What was followed before a restart still is: another loss of the same table waits for a newer one.
  if (told !== null && route.putTable(told.table).kind === "done") route.putNotices(noticesOf(told), 0);
  if (kept !== null) desk?.put({ tag, text: kept.text });

  const tell = async (table: RouteTable, lost: readonly string[], signal: AbortSignal): Promise<Outcome> => {
    const { ttlSeconds } = estate;
    const next: RouteDocument = { document: 1, table, lost, hosts, subnets, otherwise, addresses, ttlSeconds };
    if (told !== null && told.table.version > table.version)
      return { kind: "refused", code: "table-not-newer", says: `${settings.file} has version ${told.table.version}` };
    if (takesPlaceOf(next, told)) {
      const text = JSON.stringify(next);
      try {
        mkdirSync(dirname(settings.file), { recursive: true });
        writeWhole(settings.file, text, 0o644);
      } catch (error) {
        return {
          kind: "retry",
          code: "not-applied",
          says: `${settings.file}: ${(error as NodeJS.ErrnoException).code}`,
        };
      }
      told = next;
      tag = documentTag(next, text);
      desk?.put({ tag, text });
    }
    if (desk === null) return { kind: "done" };
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const isMissing = (): boolean => [...desk.askers().values()].some((each) => each !== tag);
    while (isMissing() && !bounded.aborted) await desk.heard(bounded);
    const answers = [...desk.askers()].map(([name, has]) => ({
      name,
      outcome: has === tag ? DONE : silent(name),
    }));
    return answers.length === 0 ? DONE : together(answers, "applications");
  };

  return {
    driver: {
      name: context.name,
      async apply(table, signal) {
        const refused = refusedTable(table, locations);
        if (refused !== null) return refused;
        const lost = told?.table.version === table.version ? told.lost : [];
        const outcome = await tell(table, lost, signal);
        if (outcome.kind === "done" && table.version > (route.state().table?.version ?? 0)) route.putTable(table);
        return outcome;
      },
      async notice(notice, signal) {
        const outcome = await gather(notice);
        const { table } = route.state();
        if (outcome.kind !== "done" || table === null) return outcome;
        return tell(table, followedAsLost(route.state()), signal);
      },
    },
    version: () => told?.table.version ?? null,
    stop: async () => desk?.stop(),
  };
}

/** Whoever asks us gives up after a second. */
const WITHIN_MS = 800;
const DONE: Outcome = { kind: "done" };
const silent = (name: string): Outcome => ({
  kind: "retry",
  code: "timeout",
  says: `${name} has not come back with it`,
});

async function openDesk(listen: string, env: Parameters<typeof secretOf>[0]) {
  const token = secretOf(env, "HOUSTON_EDGE_TOKEN");
  if (token === null)
    throw new CallerError({
      code: "no-edge-token",
      message: "applications ask with a token, and there is none",
      hint: "set HOUSTON_EDGE_TOKEN (openssl rand -hex 32), here and for the applications",
    });
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon).replaceAll(/[[\]]/g, "");
  try {
    return await routeDesk({ host, port: Number(listen.slice(colon + 1)), token });
  } catch (error) {
    throw new CallerError({
      code: "address-taken",
      message: `${listen} can't be listened on: ${(error as NodeJS.ErrnoException).code}`,
      hint: "name another address of this machine, or end what listens there",
      cause: error,
    });
  }
}

function keptDocument(file: string): { readonly document: RouteDocument; readonly text: string } | null {
  try {
    const text = readFileSync(file, "utf8");
    const read = JSON.parse(text) as unknown;
    return documentProblems(read).length === 0 ? { document: read as RouteDocument, text } : null;
  } catch {
    return null;
  }
}
