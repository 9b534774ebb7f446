import { readFileSync } from "node:fs";
import type { Outcome } from "../../../../core/control-contract.ts";
import { CallerError } from "../../../../core/errors.ts";
import { followedAsLost, initialRoute, type RouteState } from "../../../../core/route/route.ts";
import { oneAtATime } from "../../../one-at-a-time.ts";
import type { RunningSteering, SteeringContext } from "../../../steering-context.ts";
import { lossWords } from "../../address-sets.ts";
import { lossOf, type Loss } from "../../grain.ts";
import { type Demand, rowsOf, sharesOfRows } from "../../host-rows.ts";
import { tableDigest } from "../../marker.ts";
import { refused } from "../../record-server.ts";
import { withLoss, withTable } from "../../told-route.ts";
import { WEIGHT_STEPS } from "../sets.ts";
import type { Route53Settings } from "../shape.ts";
import { readBase, routeOf, type StagedBase, stepsOut, writeBase } from "./base.ts";
import { awayFrom } from "./sets.ts";
import type { StagedSettings } from "./shape.ts";
import { switchToken } from "./switch-token.ts";
import { switches } from "./switches.ts";
import type { SwitchWord } from "./switch-word.ts";

/**
 * Steers by what stands in Route 53 beforehand: nothing is written there, and nothing of us-east-1 is asked for. Like a signalman who pulls
 * levers for points that were laid long ago.
 *
 * 1. Done is when two of three switches hold the word; Route 53's checkers ask them within ten seconds.
 * 2. What was staged is on this disk (`houston dns stage --apply`): without it nobody is led, and that is said.
 * 3. A location can only be left by whole steps, and its users go where its contingency sent them when it was staged.
 */
export async function makeStaged(
  settings: Route53Settings & { readonly staged: StagedSettings },
  context: SteeringContext,
): Promise<RunningSteering> {
  const { name, estate, hosts, stateFolder, demandRps, now } = context;
  const { steps } = settings.staged;
  const withinMs = 1000 * settings.withinSeconds;
  const locations = estate.locations.map((each) => each.name);
  const classes = [...new Set(hosts.map((host) => host.class))].toSorted();
  const doors = switches({
    switches: settings.staged.switches.map(({ url, caFile }) => ({
      url,
      ...(caFile !== undefined && { authorities: authoritiesOf(caFile, name) }),
    })),
    token: switchToken(context.env),
    withinMs,
  });
  let route: RouteState = initialRoute(locations);
  let version: number | null = null;
  const queue = oneAtATime();

  const tell = async (signal: AbortSignal): Promise<Outcome> => {
    const base = readBase(stateFolder, "staged.json");
    const { version: told } = route.table!;
    if (base === null)
      return refused(
        "unsupported",
        `${name}: nothing stands in Route 53 yet: \`houston dns stage --apply\` puts it there`,
      );
    const out = stepsOut(route, base, { classes, steps });
    const lost = followedAsLost(route).toSorted();
    const word: SwitchWord = { version: told, table: tableDigest(route.table!), lost, out };
    const outcome = await doors.tell(word, signal);
    if (outcome.kind !== "done") return { ...outcome, says: `${name}: ${outcome.says ?? outcome.code}` };
    version = told;
    const words = lossSays(route, base, { steps, out, demand: demandRps() });
    return { kind: "done", says: [words, ...(outcome.says === undefined ? [] : [outcome.says])].join("; ") };
  };

  return {
    version: () => version,
    async stop() {
      await queue.ended();
      await doors.stop();
    },
    driver: {
      name,
      withinMs: withinMs + MARGIN_MS,
      apply: (table, signal) =>
        queue.run(async () => {
          const told = withTable(route, table, now());
          if (told.kind === "refused") return told;
          const isNew = route.table?.version !== table.version;
          route = told.route;
          // What the next `houston dns stage` goes by.
          if (isNew) writeBase(stateFolder, "newest.json", { table, demand: demandRps() });
          return tell(signal);
        }),
      notice: (notice, signal) =>
        queue.run(async () => {
          const told = withLoss(route, notice, now());
          if (told.kind === "refused") return told;
          route = told.route;
          return tell(signal);
        }),
    },
  };
}

/** Our own work beside the calls. */
const MARGIN_MS = 500;

/** Where users are led by the steps that are out, beside where the table wants them. */
function lossSays(
  route: RouteState,
  base: StagedBase,
  { steps, out, demand }: { readonly steps: number; readonly out: SwitchWord["out"]; readonly demand: Demand },
): string {
  const { locations } = route;
  const staged = routeOf(locations, base);
  if (staged === null) return "";
  const losses = new Map<string, Loss>();
  for (const className of Object.keys(base.table.assignment)) {
    const options = { class: className, demand, locationCount: locations.length };
    const rows = rowsOf(staged, className);
    const before = sharesOfRows(rows, options);
    const held = [...before];
    for (const [location, count] of Object.entries(out[className] ?? {})) {
      const own = locations.indexOf(location);
      const gone = (before[own] ?? 0) * (count / steps);
      held[own]! -= gone;
      for (const { to, weight } of awayFrom(location, staged, { className, rows, parts: before, demand }))
        held[locations.indexOf(to)]! += (gone * weight) / WEIGHT_STEPS;
    }
    losses.set(className, lossOf(sharesOfRows(rowsOf(route, className), options), held));
  }
  return lossWords(losses, route);
}

function authoritiesOf(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CallerError({
      code: "file-unreadable",
      message: `the caFile of a switch of ${name} is ${file}, which can't be read`,
      hint: "check the path and its rights",
      cause: error,
    });
  }
}
