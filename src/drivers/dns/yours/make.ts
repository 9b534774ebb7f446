import { CallerError } from "../../../core/errors.ts";
import { safeAddress } from "../../safe-address.ts";
import { secretOf } from "../../secret.ts";
import type { MakeSteering, RunningSteering, SteeringContext } from "../../steering-context.ts";
import { webhookKey } from "../../webhook-signature.ts";
import { addressSets } from "../address-sets.ts";
import { digest } from "../marker.ts";
import { commonOf, recordSteering } from "../record-steering.ts";
import { readWeighted, weightedSets, writtenAddresses } from "../weighted-sets.ts";
import { WEIGHT_STEPS, yourGrain } from "./grain.ts";
import { askCommand } from "./command.ts";
import type { AskYours } from "./letters.ts";
import { yourServer } from "./server.ts";
import type { CommandSettings, WebhookSettings } from "./shape.ts";
import { askWebhook } from "./webhook.ts";

/** Steers by what a webhook of the operator's writes. Throws `CallerError` for a secret that is missing or wrong, and an address that is not safe. */
export const makeWebhook: MakeSteering<WebhookSettings> = async (settings, context) => {
  const { secret } = settings;
  const given = secretOf(context.env, secret);
  if (given === null) {
    throw new CallerError({
      code: "no-webhook-secret",
      message: `${secret} is not set, and each letter to the webhook of ${context.name} is signed with it`,
      hint: `make one with: echo "whsec_$(openssl rand -base64 32)", set ${secret} or ${secret}_FILE, and give it to the receiver too`,
    });
  }
  const url = safeAddress(`the webhook of ${context.name}`, settings.url);
  const ask = askWebhook({ url, key: webhookKey(secret, given), now: context.now });
  return steerYours(settings, context, { ask, who: `the webhook at ${new URL(url).host}` });
};

/** Steers by what a program of the operator's writes. */
export const makeCommand: MakeSteering<CommandSettings> = async (settings, context) => {
  const { argv, environment } = settings;
  const ask = askCommand({ argv, environment, env: context.env });
  return steerYours(settings, context, { ask, who: argv[0]! });
};

async function steerYours(
  settings: WebhookSettings | CommandSettings,
  context: SteeringContext,
  { ask, who }: { readonly ask: AskYours; readonly who: string },
): Promise<RunningSteering> {
  const { split, answeredBy } = settings;
  const { estate, hosts, addresses } = context;
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    server: yourServer({
      ask,
      who,
      grain: yourGrain(settings),
      answeredBy,
      withinMs: common.withinMs,
    }),
    answeredBy,
    // Which of its locations it is, is drawn for each question.
    rightFor: ({ host }, { sets }) =>
      writtenAddresses(sets, host.name, (value) => readWeighted(value)?.addresses ?? [value]),
    render: (route) =>
      split === "set" ? addressSets(route, context) : weightedSets(route, { ...context, steps: WEIGHT_STEPS }),
    config: digest(JSON.stringify([hosts, addresses, split, estate.ttlSeconds])),
  });
}
