import { type App, type Receiver, SocketModeReceiver } from "@slack/bolt";
import type { Logger } from "@slack/web-api";
import type { Clock } from "../../runtime/clock.ts";
import type { ChatLog } from "../contract.ts";
import { pause } from "../pause.ts";

/**
 * Socket Mode: we call Slack, and what people say and click comes over that connection, so no port is open to anybody. The
 * library's own reconnecting gives up on a network error; here each connection is a new one, later and later, without end.
 */
const AGAIN_AFTER_MS = 1000;
const AGAIN_AFTER_MAX_MS = 60_000;
/** From the call for an address to Slack's hello. */
const CONNECTED_WITHIN_MS = 30_000;

export function socketReceiver(options: {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: ChatLog;
}): Receiver {
  const { appToken, apiUrl, clock, logger, log } = options;
  const ending = new AbortController();
  let app: App | null = null;

  const connectOnce = async (connected: () => void): Promise<void> => {
    const receiver = new SocketModeReceiver({
      appToken,
      logger,
      autoReconnectEnabled: false,
      installerOptions: {
        clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, timeout: CONNECTED_WITHIN_MS / 3 },
      },
    });
    receiver.init(app!);
    const { client } = receiver;
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const { promise: overdue, reject: isOverdue } = Promise.withResolvers<never>();
    const ended = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
    const onEnd = (): void => leave();
    ending.signal.addEventListener("abort", onEnd, { once: true });
    const inTime = clock.after(CONNECTED_WITHIN_MS, () => isOverdue(new Error("Slack's hello did not come in time")));
    const hello = client.start().catch((error: unknown) => {
      throw error instanceof Error ? error : new Error("Slack closed the connection before its hello");
    });
    let isHere = false;
    try {
      await Promise.race([hello.then(() => (isHere = true)), overdue, left]);
      inTime();
      if (ending.signal.aborted) return;
      connected();
      await Promise.race([ended, left]);
    } finally {
      inTime();
      ending.signal.removeEventListener("abort", onEnd);
      // It waits for the other end, which may be gone; nobody waits for it. One that is still being made is ended when it is.
      client.disconnect().catch(() => {});
      if (!isHere) hello.then(() => client.disconnect()).catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    let waitMs = AGAIN_AFTER_MS;
    let isLost = false;
    while (!ending.signal.aborted) {
      let why = "Slack ended the connection";
      try {
        await connectOnce(() => {
          if (isLost) log("info", "slack: Socket Mode is connected again");
          isLost = false;
          waitMs = AGAIN_AFTER_MS;
        });
        // Slack renews connections every few hours: that is no trouble.
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
        if (!isLost) log("problem", `slack: Socket Mode: ${why}; tried again until it is there`);
        isLost = true;
      }
      if (ending.signal.aborted) return;
      await pause(clock, waitMs, ending.signal);
      waitMs = Math.min(waitMs * 2, AGAIN_AFTER_MAX_MS);
    }
  };

  let running: Promise<void> = Promise.resolve();
  return {
    init: (given) => void (app = given),
    async start() {
      running = run();
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}
