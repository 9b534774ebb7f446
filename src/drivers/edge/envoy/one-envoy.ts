import { setTimeout as sleep } from "node:timers/promises";
import {
  askEdge,
  failure,
  type Failure,
  fileEdge,
  type FileEdge,
  type KeptRoutes,
  notApplied,
  type Said,
} from "../file-edge.ts";
import { isSameMark, type Mark, NO_ROUTES, readMark } from "../route-mark.ts";
import { STAT_PREFIX } from "./bootstrap.ts";
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
export function oneEnvoy({ name, kept, admin }: EnvoyPlace): FileEdge<EnvoyRoutes> {
  const asked = { name, address: admin, path: STATS_PATH, bytesMax: STATUS_BYTES_MAX };
  return fileEdge<EnvoyRoutes, Told>({
    name,
    makes: "houston edge envoy --location LOCATION --files",
    kept,
    markOf,
    ask: (signal) => askEdge(asked, toldIn, signal),
    async follow({ mark, before, running, look, signal }) {
      const rejected = "kind" in running ? null : running.rejected;
      const problem = await untilSaid({ mark, rejected, look, signal, name });
      if (problem?.code === "config-refused") kept.write(before);
      return problem;
    },
    done: () => ({ kind: "done" }),
  });
}

/** `rejected`: how often it was given what it did not take, since it started. */
type Told = { readonly mark: Mark; readonly rejected: number };

const LOOK_EVERY_MS = 25;

/** Null: it says so. `rejected`: as it was before; null: it could not be asked. */
async function untilSaid(wanted: {
  readonly mark: Mark;
  readonly rejected: number | null;
  readonly look: (signal: AbortSignal) => Promise<Said<Told>>;
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
    if (signal.aborted) return "kind" in said ? said : notApplied(name, said.mark, mark);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

const STATUS_BYTES_MAX = 100_000;
const STATS = `http.${STAT_PREFIX}.rds.${ROUTES_NAME}.`;
const STATS_PATH = `/stats?format=json&filter=${encodeURIComponent(`^${STATS.replaceAll(".", "\\.")}`)}`;

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
