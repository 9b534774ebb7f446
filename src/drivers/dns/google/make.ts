import { CallerError } from "../../../core/errors.ts";
import { safeAddress } from "../../safe-address.ts";
import type { Asker, MakeSteering } from "../../steering-context.ts";
import { digest } from "../marker.ts";
import { commonOf, recordSteering, type Rendered, type Written } from "../record-steering.ts";
import { weightedSets, writtenAddresses } from "../weighted-sets.ts";
import { googleDnsGrain, WEIGHT_STEPS } from "./grain.ts";
import { regionSets } from "./region-sets.ts";
import { addressesInLine, healthCheckLine } from "./routing-policy.ts";
import { googleDnsServer } from "./server.ts";
import type { GoogleDnsSettings } from "./shape.ts";

/** Steers by routing policies of Google Cloud DNS. Throws `CallerError` for users that no region is named for, and a host outside of its domains. */
export const makeGoogleDns: MakeSteering<GoogleDnsSettings> = async (settings, context) => {
  const { regions, healthCheck, project, managedZones } = settings;
  const { name, estate, hosts, addresses, now } = context;
  const untold = regions === undefined ? [] : estate.zones.filter((zone) => regions[zone.name] === undefined);
  if (untold.length > 0) {
    throw new CallerError({
      code: "zone-without-region",
      message: `${name}: no Google region is named for ${untold.map((zone) => zone.name).join(", ")}`,
      hint: "name the nearest one for each zone of users under `regions`, or leave `regions` out",
    });
  }
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    server: googleDnsServer({
      project,
      managedZones,
      grain: googleDnsGrain(settings),
      credentialsFile: settings.credentialsFile,
      endpoint: safeAddress(`the endpoint of ${name}`, settings.endpoint),
      answeredBy: settings.answeredBy,
      withinMs: common.withinMs,
      now,
    }),
    answeredBy: settings.answeredBy,
    // Which weight, and which region a user is in, is Google's to say; one that looks at the locations itself may leave one out.
    ...(healthCheck === undefined && {
      rightFor: ({ host }: Asker, { sets }: Written) => writtenAddresses(sets, host.name, addressesInLine),
    }),
    render: (route) =>
      checked(
        regions === undefined
          ? weightedSets(route, { ...context, steps: WEIGHT_STEPS })
          : regionSets(route, { ...context, regions }),
        healthCheck,
      ),
    config: digest(JSON.stringify([hosts, addresses, regions, healthCheck, estate.ttlSeconds])),
  });
};

function checked(rendered: Rendered, healthCheck: string | undefined): Rendered {
  if (rendered.kind !== "sets" || healthCheck === undefined) return rendered;
  const sets = rendered.sets.map((set) => ({
    ...set,
    values: [...set.values, healthCheckLine(healthCheck)].toSorted(),
  }));
  return { ...rendered, sets };
}
