import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../../core/control-contract.ts";
import { boundedText } from "../../bounded-text.ts";
import { diskFailure, type FileEdge, olderTable } from "../by-file.ts";
import { isSameMark, type Mark, NO_ROUTES, readMark } from "../route-mark.ts";
import { STAT_PREFIX } from "./bootstrap.ts";
import type { KeptRoutes } from "./files.ts";
import { type EnvoyRoutes, markOf, ROUTES_NAME } from "./routes.ts";

export type EnvoyPlace = {
  readonly name: string;
  readonly kept: KeptRoutes;
  /** Address and port. */
  readonly admin: string;
};

/**
 * One Envoy that answers by our routes: a file that it reads anew by itself when another takes its place.
 *
 * 1. Disk before memory, so Envoy never restarts into something older than what it was seen to answer by; neither goes back.
 * 2. Done is what Envoy says at its admin interface: the `version_text` of what it took last. It hands that to its workers in the same moment.
 * 3. What it takes for no good routes (`update_rejected`) it does not answer by; then what stood there stands there again.
 * 4. A loss that was followed for this version stays followed, whoever started anew.
 */
export function oneEnvoy(place: EnvoyPlace): FileEdge<EnvoyRoutes> {
  const { name, kept } = place;
  let seen = versionOnDisk(kept);
  let last: Promise<unknown> = Promise.resolve();
  const look = async (signal: AbortSignal): Promise<Told | Failure> => {
    const told = await toldBy(place, signal);
    if (!("kind" in told)) seen = told.mark.version || null;
    return told;
  };
  const bring = async (
    version: number,
    render: (lost: readonly string[]) => EnvoyRoutes,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    if (signal.aborted) return failure("retry", "timeout", `${name} was not asked in time`);
    const before = kept.text();
    const onDisk = markOf(before);
    if (onDisk.version > version) return olderTable(name, onDisk.version, version);
    const { text, mark } = render(onDisk.version === version ? onDisk.lost : []);
    const running = await look(signal);
    if (!("kind" in running) && running.mark.version > version) return olderTable(name, running.mark.version, version);
    if (before === text && !("kind" in running) && isSameMark(running.mark, mark)) return { kind: "done" };
    kept.write(text);
    const problem = await untilSaid({
      mark,
      rejected: "kind" in running ? null : running.rejected,
      look,
      signal,
      name,
    });
    if (problem?.code === "config-refused") kept.write(before);
    return problem ?? { kind: "done" };
  };
  return {
    name,
    version: () => seen,
    async apply(version, render, signal) {
      const mine = last.then(() => diskFailure({ name, makes: FIRST_FILES }, () => bring(version, render, signal)));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function versionOnDisk(kept: KeptRoutes): number | null {
  try {
    return markOf(kept.text()).version || null;
  } catch {
    // The first apply says what is missing there.
    return null;
  }
}

const FIRST_FILES = "houston edge envoy --location LOCATION --files";

type Failure = { readonly kind: "retry" | "refused"; readonly code: string; readonly says: string };

const failure = (kind: Failure["kind"], code: string, says: string): Failure => ({ kind, code, says });

/** `rejected`: how often it was given what it did not take, since it started. */
type Told = { readonly mark: Mark; readonly rejected: number };

const LOOK_EVERY_MS = 25;

/** Null: it says so. `rejected`: as it was before; null: it could not be asked. */
async function untilSaid(wanted: {
  readonly mark: Mark;
  readonly rejected: number | null;
  readonly look: (signal: AbortSignal) => Promise<Told | Failure>;
  readonly signal: AbortSignal;
  readonly name: string;
}): Promise<Failure | null> {
  const { mark, rejected, look, signal, name } = wanted;
  for (;;) {
    const said = await look(signal);
    if (!("kind" in said)) {
      if (isSameMark(said.mark, mark)) return null;
      if (rejected !== null && said.rejected > rejected)
        return failure("refused", "config-refused", `${name}: Envoy does not take the new routes; its log says why`);
    }
    if (signal.aborted)
      return "kind" in said
        ? said
        : failure(
            "retry",
            "not-applied",
            `${name} answers from version ${said.mark.version}, not from ${mark.version}`,
          );
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

const STATUS_BYTES_MAX = 100_000;
const tooLong = (): Error => new Error("it answers without end");
const STATS = `http.${STAT_PREFIX}.rds.${ROUTES_NAME}.`;
const STATS_PATH = `/stats?format=json&filter=${encodeURIComponent(`^${STATS.replaceAll(".", "\\.")}`)}`;

function toldBy({ name, admin }: EnvoyPlace, signal: AbortSignal): Promise<Told | Failure> {
  return new Promise((resolve) => {
    const lost = (error: Error): void =>
      resolve(
        signal.aborted
          ? failure("retry", "timeout", `${name}: ${admin} did not answer in time`)
          : failure("retry", "unreachable", `${name}: ${admin}: ${error.message}`),
      );
    const call = request(`http://${admin}${STATS_PATH}`, { agent: false, signal }, (response) => {
      boundedText(response, { bytes: STATUS_BYTES_MAX, tooLong }).then(
        (text) =>
          resolve(
            toldIn(text) ??
              failure("retry", "answer-unreadable", `${name}: ${admin} says ${JSON.stringify(text.slice(0, 100))}`),
          ),
        lost,
      );
    });
    call.on("error", lost);
    call.end();
  });
}

/** Null: no statistics of a route configuration of this name. */
function toldIn(text: string): Told | null {
  try {
    const { stats } = JSON.parse(text) as { readonly stats: readonly { name?: unknown; value?: unknown }[] };
    const valueOf = (name: string): unknown => stats.find((each) => each.name === STATS + name)?.value;
    const [rejected, version] = [valueOf("update_rejected"), valueOf("version_text")];
    if (typeof rejected !== "number") return null;
    // Before it has taken anything it has no word for it.
    return { rejected, mark: (typeof version === "string" ? readMark(version) : null) ?? NO_ROUTES };
  } catch {
    return null;
  }
}
