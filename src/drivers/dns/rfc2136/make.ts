import { CallerError } from "../../../core/errors.ts";
import { secretOf } from "../../secret.ts";
import type { MakeSteering } from "../../steering-context.ts";
import { addressSets, toldOf } from "../address-sets.ts";
import { digest } from "../marker.ts";
import { commonOf, recordSteering } from "../record-steering.ts";
import { rfc2136Server } from "./server.ts";
import type { Rfc2136Settings } from "./shape.ts";

/** Steers by dynamic updates. Throws `CallerError` for a secret that is missing or wrong, and for a host outside of its domains. */
export const makeRfc2136: MakeSteering<Rfc2136Settings> = async (settings, context) => {
  const { key } = settings;
  const { estate, hosts, addresses, now } = context;
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    server: rfc2136Server({
      primary: settings.server,
      answeredBy: settings.answeredBy,
      key: { name: key.name, algorithm: key.algorithm, secret: tsigSecret(context.env, key.secret) },
      writesPerSecond: settings.writesPerSecond,
      withinMs: common.withinMs,
      now,
    }),
    render: (route) => addressSets(route, context),
    answeredBy: [...new Set([settings.server, ...settings.answeredBy])],
    // A plain set is the same for all who ask.
    rightFor: ({ host }, { sets }) => toldOf(sets, host.name),
    config: digest(JSON.stringify([hosts, addresses, estate.ttlSeconds])),
  });
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function tsigSecret(env: Parameters<typeof secretOf>[0], variable: string): Uint8Array {
  const text = secretOf(env, variable);
  if (text !== null && BASE64.test(text)) return Buffer.from(text, "base64");
  throw new CallerError({
    code: text === null ? "no-tsig-secret" : "tsig-secret-malformed",
    message: `${variable} ${text === null ? "is not set" : "is not base64"}, and updates are signed with it`,
    hint: `make a key with \`tsig-keygen -a hmac-sha256 NAME\` or \`keymgr -t NAME\`, and set ${variable} or ${variable}_FILE to its secret`,
  });
}
