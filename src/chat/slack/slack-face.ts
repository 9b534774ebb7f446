import { App, type Receiver } from "@slack/bolt";
import { type Logger, LogLevel, WebClient } from "@slack/web-api";
import type { HoustonClient } from "../../api/client.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ChatFace, ChatLog } from "../contract.ts";
import type { ChatMemory } from "../memory.ts";
import { pause } from "../pause.ts";
import { withoutSecrets } from "../../drivers/secret.ts";
import type { Message } from "./blocks.ts";
import { type Addressee, type Identity, slackCalls } from "./calls.ts";
import { type HttpReceiver, httpReceiver } from "./http-receiver.ts";
import { typedText } from "./typed-text.ts";
import { type Click, slackOrders } from "./orders.ts";
import { painter } from "./png.ts";
import { slackSender } from "./sender.ts";
import type { SlackSettings } from "./settings.ts";
import { socketReceiver } from "./socket-receiver.ts";

/** Slack as a face of Houston: tells by the sender, hears by Bolt, and gives orders for those who may. */
export type SlackFace = ChatFace & {
  /** Where Slack's requests come in; 0 without an HTTP door. */
  port(): number;
};

const CALL_WITHIN_MS = 10_000;
const IDENTITY_AGAIN_MS = 30_000;

export async function slackFace(options: {
  readonly settings: SlackSettings;
  readonly houston: Pick<HoustonClient, "frames" | "report" | "order" | "preview" | "why" | "plan" | "view">;
  readonly clock: Clock;
  readonly memory: ChatMemory;
  readonly log: ChatLog;
}): Promise<SlackFace> {
  const { settings, houston, clock, memory, log } = options;
  const { botToken, channel, people, mention, apiUrl, door } = settings;
  const logger = quietLogger(log);
  const clientOptions = {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_WITHIN_MS,
    logger,
  };
  const calls = slackCalls({ client: new WebClient(botToken, clientOptions), channel });
  const sender = slackSender({ calls, houston, painter: painter(), clock, memory, log, mention });
  const orders = slackOrders({ houston, people, channel, clock, memory, log, ...sender });
  let me: Identity | null = null;
  const ending = new AbortController();

  /** Knows who we are as soon as Slack says so; until then everything else goes on. */
  const introduce = async (): Promise<void> => {
    let told = "";
    while (!ending.signal.aborted) {
      const answer = await calls.whoAmI();
      if (ending.signal.aborted) return;
      if (answer.kind === "done") {
        me = answer;
        return log("info", `slack: I am ${answer.name} in workspace ${answer.team}, and write into ${channel}`);
      }
      const says = answer.kind === "refused" ? `${answer.error}: look at SLACK_BOT_TOKEN` : answer.kind;
      // Each half minute it would be the same.
      if (says !== told) log("problem", `slack: auth.test: ${says}; asked again until it answers`);
      told = says;
      await pause(clock, IDENTITY_AGAIN_MS, ending.signal);
    }
  };

  const respond = async (url: string, body: unknown): Promise<void> => {
    if (!isSlacks(url, apiUrl)) return log("problem", "slack: an answer's address is not Slack's; it was not used");
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.timeout(CALL_WITHIN_MS),
      });
      await response.body?.cancel();
      if (!response.ok) log("problem", `slack: an answer was refused with HTTP ${response.status}`);
    } catch {
      log("problem", "slack: an answer could not be sent");
    }
  };

  const byMessage = (to: Addressee) => (message: Message, how: string) =>
    sender.answer({ ...to, onlyFor: how === "to-them" ? to.onlyFor : null }, message);

  const hear = (app: App): void => {
    app.event("app_mention", async ({ event, body }) => {
      const { user, text, ts, thread_ts, channel: where } = event;
      if (user === undefined || event.bot_id !== undefined) return;
      await orders.said({
        user,
        channel: where,
        thread: thread_ts ?? null,
        delivery: `event ${body.event_id}`,
        text: typedText(text),
        surface: thread_ts === undefined ? "elsewhere" : "thread",
        // In a thread of its own: an answer belongs to what was asked.
        reply: byMessage({ channel: where, thread: thread_ts ?? ts, onlyFor: user }),
      });
    });
    app.command(/^\/houston/, async ({ command, ack }) => {
      await ack();
      await orders.said({
        user: command.user_id,
        channel: command.channel_id,
        thread: null,
        delivery: `command ${command.trigger_id}`,
        text: typedText(command.text ?? ""),
        surface: command.channel_id === channel ? "channel" : "elsewhere",
        reply: ({ blocks, text }, how) =>
          void respond(command.response_url, {
            response_type: how === "to-all" ? "in_channel" : "ephemeral",
            text,
            blocks,
          }),
      });
    });
    app.action(/^houston:/, async ({ action, body, ack }) => {
      await ack();
      if (body.type !== "block_actions" || action.type !== "button" || !("action_id" in action)) return;
      const where = body.channel?.id ?? "";
      const { ts = "", thread_ts } = (body.message ?? {}) as { ts?: string; thread_ts?: string };
      const thread = thread_ts ?? ts;
      const say = byMessage({ channel: where, thread, onlyFor: body.user.id });
      const click: Click = {
        user: body.user.id,
        channel: where,
        thread,
        message: ts,
        delivery: `action ${body.trigger_id}`,
        surface: "thread",
        action: action.action_id.replace(/^houston:/, ""),
        value: action.value ?? "{}",
        reply(message, how) {
          if (how !== "in-its-place") return say(message, how);
          void respond(body.response_url, { replace_original: true, text: message.text, blocks: message.blocks });
        },
      };
      await orders.clicked(click);
    });
    app.error(async (error) => log("problem", `slack: ${withoutSecrets(error.message)}`));
  };

  const http: HttpReceiver | null = door?.kind === "http" ? httpReceiver({ ...door, clock, log }) : null;
  const receiver: Receiver | null =
    door?.kind === "socket" ? socketReceiver({ appToken: door.appToken, apiUrl, clock, logger, log }) : http;
  if (receiver !== null) {
    const app = new App({
      receiver,
      logger,
      convoStore: false,
      clientOptions,
      authorize: async () => ({ botToken, ...(me === null ? {} : { botId: me.bot, botUserId: me.user }) }),
    });
    hear(app);
    try {
      await app.start();
    } catch (error) {
      // A port that is taken: nothing of ours may go on.
      sender.stop();
      throw error;
    }
  }
  void introduce();

  return {
    name: "slack",
    take: (moment) => sender.take(moment),
    port: () => http?.port() ?? 0,
    async stop() {
      ending.abort();
      sender.stop();
      await receiver?.stop();
    },
  };
}

/** Where Slack wants answers to commands and buttons. It is in what it signed; still, we post nowhere else. */
function isSlacks(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname } = new URL(url);
  return origin === new URL(apiUrl).origin || (protocol === "https:" && /^hooks\.slack(?:-gov)?\.com$/.test(hostname));
}

/** The libraries' own words: only what went wrong, and never a token. */
function quietLogger(log: ChatLog): Logger {
  const say = (...words: readonly unknown[]): void =>
    log("problem", `slack: ${withoutSecrets(words.map(String).join(" "))}`);
  return {
    debug() {},
    info() {},
    warn() {},
    error: say,
    setLevel() {},
    getLevel: () => LogLevel.ERROR,
    setName() {},
  };
}
