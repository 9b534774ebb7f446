import { CallerError } from "../../../core/errors.ts";
import type { RouteState } from "../../../core/route/route.ts";
import { safeAddress } from "../../safe-address.ts";
import { secretOf } from "../../secret.ts";
import type { Asker, MakeSteering, SteeringContext } from "../../steering-context.ts";
import { addressSets, toldOf } from "../address-sets.ts";
import { digest } from "../marker.ts";
import { commonOf, recordSteering, type Rendered, type Written } from "../record-steering.ts";
import { requestPace } from "../request-pace.ts";
import { cloudflareGrain } from "./grain.ts";
import { cloudflareServer, PROXIED } from "./server.ts";
import type { CloudflareSettings } from "./shape.ts";

/** At once; the limit is one of five minutes. */
const BURST = 50;

/** Steers by plain records of Cloudflare zones. Throws `CallerError` for a token that is missing, and for a host outside of its domains. */
export const makeCloudflare: MakeSteering<CloudflareSettings> = async (settings, context) => {
  const { proxied, leastTtlSeconds, tags, answeredBy, endpoint } = settings;
  const { name, estate, hosts, addresses, now } = context;
  const common = commonOf(settings, context);
  const ttlSeconds = Math.max(leastTtlSeconds, estate.ttlSeconds);
  return recordSteering({
    ...common,
    ttlSeconds,
    server: cloudflareServer({
      grain: cloudflareGrain(settings),
      endpoint: safeAddress(`the endpoint of ${name}`, endpoint),
      token: apiToken(context.env, settings.secret),
      withinMs: common.withinMs,
      pace: requestPace({ burst: BURST, perSecond: settings.requestsPerSecond }, now),
      // Of a free zone it may have a hundred characters.
      comment: "written by Houston; changes by hand stop it",
      tags,
      answeredBy,
    }),
    answeredBy,
    // A plain set is the same for all who ask; of what goes through Cloudflare's own servers users are told those.
    ...(!proxied && {
      rightFor: ({ host }: Asker, { sets }: Written) => toldOf(sets, host.name),
    }),
    render: (route) => (proxied ? proxiedSets : addressSets)(route, { ...context, leastTtlSeconds }),
    config: digest(JSON.stringify([hosts, addresses, ttlSeconds, proxied])),
  });
};

/** Of records that go through its own servers Cloudflare sets the time to live itself, and writes it as 1. */
const AUTOMATIC_TTL = 1;

function proxiedSets(route: RouteState, context: SteeringContext & { readonly leastTtlSeconds: number }): Rendered {
  const rendered = addressSets(route, context);
  if (rendered.kind !== "sets") return rendered;
  const sets = rendered.sets.map((set) => ({
    ...set,
    ttlSeconds: AUTOMATIC_TTL,
    values: set.values.map((value) => `${value}${PROXIED}`),
  }));
  return { ...rendered, sets };
}

function apiToken(env: Parameters<typeof secretOf>[0], variable: string): string {
  const token = secretOf(env, variable);
  if (token !== null) return token;
  throw new CallerError({
    code: "no-cloudflare-token",
    message: `${variable} is not set, and Cloudflare's API asks for a token`,
    hint: `make one with Zone Read and DNS Write for the zones of its domains, and set ${variable} or ${variable}_FILE to it`,
  });
}
