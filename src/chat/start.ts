import type { HoustonClient } from "../api/client.ts";
import { CallerError } from "../core/errors.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ChatFace, ChatLog } from "./contract.ts";
import { httpPost } from "./deliver.ts";
import { followHouston } from "./follow.ts";
import { chatMemory } from "./memory.ts";
import { pagerDutyFace } from "./pagerduty/pagerduty-face.ts";
import { withoutSecrets } from "../drivers/secret.ts";
import type { ChatSettings } from "./settings.ts";
import { webhookFace } from "./webhook/webhook-face.ts";

/** `houston chat`: follows Houston, and tells whoever is to be told. A process of its own, so that none of it can hold Houston up. */
export type Chat = { readonly faces: readonly string[]; stop(): Promise<void> };

export async function startChat(options: {
  readonly settings: ChatSettings;
  readonly houston: HoustonClient;
  readonly clock: Clock;
  readonly memoryFile: string;
  readonly log: ChatLog;
}): Promise<Chat> {
  const { settings, houston, clock } = options;
  if (Object.values(settings).every((each) => each === null)) throw nobodyToTell();
  const log: ChatLog = (level, says) => options.log(level, withoutSecrets(says, secretsOf(settings)));
  const memory = chatMemory(options.memoryFile, log);
  const faces: ChatFace[] = [];
  try {
    const about = { clock, memory, log };
    if (settings.webhook !== null) faces.push(webhookFace({ ...settings.webhook, ...about, post: httpPost() }));
    if (settings.pagerDuty !== null) faces.push(pagerDutyFace({ ...settings.pagerDuty, ...about, post: httpPost() }));
    if (settings.slack !== null) {
      // Loaded here: Slack's libraries take a third of a second that nobody else needs.
      const { slackFace } = await import("./slack/slack-face.ts");
      faces.push(await slackFace({ settings: settings.slack, houston, ...about }));
    }
  } catch (error) {
    await Promise.all(faces.map((face) => face.stop()));
    memory.close();
    throw error;
  }
  const following = followHouston({ houston, clock, memory, faces, log });
  return {
    faces: faces.map(({ name }) => name),
    async stop() {
      await following.stop();
      await Promise.all(faces.map((face) => face.stop()));
      memory.close();
    },
  };
}

function secretsOf({ slack, pagerDuty }: ChatSettings): string[] {
  const door = slack?.door ?? null;
  return [
    slack?.botToken ?? "",
    door?.kind === "socket" ? door.appToken : "",
    door?.kind === "http" ? door.signingSecret : "",
    pagerDuty?.routingKey ?? "",
  ];
}

function nobodyToTell(): CallerError {
  return new CallerError({
    code: "no-chat",
    message: "nobody is to be told: neither Slack, nor a webhook, nor PagerDuty is set up",
    hint: "set SLACK_BOT_TOKEN and SLACK_CHANNEL, HOUSTON_WEBHOOK_URL, or HOUSTON_PAGERDUTY_KEY: see docs/how-to/slack.md",
  });
}
