import { z } from "zod";
import { BUCKETS } from "../../core/estate.ts";
import { CallerError } from "../../core/errors.ts";
import type { AdminHandler } from "../admin-server.ts";
import type { Population } from "./population.ts";
import { tallyRequests } from "./tally.ts";
import type { Load } from "./settings.ts";

/** More than this many requests a second is no load but a mistake: one process can't make them. */
const RPS_MAX = 10_000;
const FACTOR_MAX = 100;

const loadShape = z.strictObject({
  rps: z.number().min(0).max(RPS_MAX).optional(),
  factor: z.number().min(0).max(FACTOR_MAX).optional(),
  locationFactor: z.object({ location: z.string(), factor: z.number().min(0).max(FACTOR_MAX) }).nullish(),
  tenant: z
    .strictObject({
      location: z.string(),
      bucket: z
        .int()
        .min(0)
        .max(BUCKETS - 1),
      rps: z.number().min(0).max(RPS_MAX),
    })
    .nullish(),
});
const markShape = z.looseObject({ location: z.string().optional(), at: z.number().optional() });
const rangeShape = z.object({
  since: z.coerce.number(),
  until: z.coerce.number(),
  checkoutsSince: z.coerce.number().optional(),
  locations: z.string().default(""),
  tenant: z.coerce
    .number()
    .int()
    .min(0)
    .max(BUCKETS - 1)
    .optional(),
  zones: z.string().default(""),
});

/** What can be asked of the users: what they met, how many they are, and a report since a mark. */
export function usersAdmin(
  population: Population,
  {
    locations: locationNames,
    zones: zoneNames,
    roundTripMs,
  }: {
    readonly locations: readonly string[];
    readonly zones: readonly string[];
    /** From a zone's users to a location and back, both by index. */
    readonly roundTripMs: (zone: number, location: number) => number;
  },
): AdminHandler {
  return ({ method, path, query, body }) => {
    switch (`${method} ${path}`) {
      case "GET /counts":
        return { status: 200, body: population.counts() };
      case "PUT /load": {
        const load = checked(loadShape, body ?? {}, "bad-load");
        // Fields that were left out are left out, not undefined.
        population.setLoad(JSON.parse(JSON.stringify(load)) as Load);
        return { status: 200, body: population.counts().load };
      }
      case "POST /mark": {
        const { at = Date.now() } = checked(markShape, body ?? {}, "bad-mark");
        population.homes.mark(at);
        return { status: 200, body: { at } };
      }
      case "GET /report": {
        const {
          since,
          until,
          checkoutsSince = since,
          locations,
          tenant = null,
          zones,
        } = checked(rangeShape, Object.fromEntries(query), "bad-range");
        const names = listed("location", locations, locationNames);
        const tally = tallyRequests((each) => population.records.forEach({ since, until }, each), {
          since,
          until,
          locations: names,
          locationNames,
          mark: population.homes.marked(since),
          tenant,
          zones: listed("zone", zones, zoneNames),
          zoneNames,
          roundTripMs,
        });
        const { checkouts } = population;
        return {
          status: 200,
          body: {
            tally,
            checkouts: checkouts.since({ since: checkoutsSince, until }),
            droppedCheckouts: checkouts.dropped,
          },
        };
      }
      default:
        return {
          status: 404,
          body: {
            code: "not-found",
            says: `${method} ${path}: there are GET /counts, PUT /load, POST /mark and GET /report`,
          },
        };
    }
  };
}

/** Names with commas between them, each of which there is. */
function listed(what: "location" | "zone", list: string, known: readonly string[]): readonly string[] {
  const names = list.split(",").filter((name) => name !== "");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new CallerError({
    code: `unknown-${what}`,
    message: `there is no ${what} ${unknown}`,
    hint: `one of ${known.join(", ")}`,
  });
}

function checked<Shape extends z.ZodType>(shape: Shape, given: unknown, code: string): z.infer<Shape> {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CallerError({
    code,
    message: z.prettifyError(parsed.error),
    hint: "see docs/architecture.md for what the users take",
  });
}
