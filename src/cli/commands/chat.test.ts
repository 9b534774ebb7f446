// `houston chat` as its operator runs it: a process of its own, against a made Slack, a webhook, a PagerDuty and a Houston's API.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { madeQuestion, madeView, until } from "../../chat/made-incident.testing.ts";
import { madeReceiver } from "../../drivers/made-receiver.testing.ts";
import { MADE, madeSlack } from "../../chat/slack/made-slack.testing.ts";
import { allText } from "../../chat/slack/read-blocks.testing.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const PATIENCE_MS = 120_000;

/** As much of Houston's API as a chat asks for. */
async function madeApi() {
  const now = Date.now();
  const view = madeView({ at: now, incidents: [madeQuestion({ openedAt: now })] });
  const orders: unknown[] = [];
  const streams: ServerResponse[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes: Buffer) => (body += bytes.toString()));
    request.on("end", () => {
      const json = (value: unknown) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
      const path = request.url?.split("?")[0];
      if (path === "/api/view") return json(view);
      if (path === "/api/timeline") return json({ entries: [] });
      if (path === "/api/stream") {
        streams.push(response);
        return response
          .writeHead(200, { "content-type": "text/event-stream" })
          .write(`event: view\ndata: ${JSON.stringify(view)}\n\n`);
      }
      if (path === "/api/orders" && request.headers.authorization === "Bearer the-token") {
        orders.push(JSON.parse(body));
        return json({
          accepted: true,
          words: [{ at: now, level: "change", what: "alice (Slack): hold" }],
          reasons: [],
        });
      }
      return response
        .writeHead(404, { "content-type": "application/json" })
        .end('{"code":"not-found","says":"no","hint":"no"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, orders };
}

function houstonChat(env: Record<string, string>, ...args: string[]) {
  const child = spawn(
    process.execPath,
    [
      "--conditions=reactive-production:source",
      "--disable-warning=ExperimentalWarning",
      join(root, "src/cli/main.ts"),
      "chat",
      ...args,
    ],
    { cwd: root, env: { PATH: process.env["PATH"] ?? "", HOME: tmpdir(), ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (bytes: Buffer) => (said.out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (said.err += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { child, said, ended };
}

test(
  "one process tells Slack, the webhook and PagerDuty, takes an order, and ends when told to",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "houston-chat-"));
    const slack = await madeSlack({ nowSeconds: () => Math.floor(Date.now() / 1000) });
    const hook = await madeReceiver(() => ({ status: 204 }));
    const pager = await madeReceiver(() => ({ status: 202 }));
    const api = await madeApi();
    onTestFinished(async () => {
      await Promise.all([slack.stop(), hook.stop(), pager.stop()]);
      rmSync(folder, { recursive: true, force: true });
    });
    const secrets = {
      SLACK_BOT_TOKEN: MADE.botToken,
      SLACK_APP_TOKEN: MADE.appToken,
      HOUSTON_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      HOUSTON_PAGERDUTY_KEY: "0123456789abcdef0123456789abcdef",
    };
    const { child, said, ended } = houstonChat(
      {
        ...secrets,
        SLACK_CHANNEL: MADE.channel,
        SLACK_API_URL: slack.apiUrl,
        HOUSTON_SLACK_PEOPLE: `${MADE.alice}=alice`,
        HOUSTON_WEBHOOK_URL: hook.url,
        HOUSTON_PAGERDUTY_URL: pager.url,
        HOUSTON_API: api.url,
        HOUSTON_TOKEN: "the-token",
      },
      "--memory",
      join(folder, "chat.sqlite"),
    );
    await until(
      () => slack.messages.length >= 1 && hook.requests.length >= 1 && pager.requests.length >= 1,
      "all three are told",
    );
    expect(allText(slack.messages[0]!.blocks)).toContain("450 rps of its users have no place");
    expect(JSON.parse(pager.requests[0]!.body)).toMatchObject({ event_action: "trigger" });
    expect(hook.requests[0]!.headers["webhook-signature"]).toMatch(/^v1,/);
    await until(() => slack.socket.open() === 1, "the connection");
    await slack.mention({ text: "hold" });
    await until(() => api.orders.length === 1, "the order");
    expect(api.orders[0]).toEqual({ by: "alice (Slack)", order: { kind: "hold" } });
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(said.out).toContain("telling webhook, pagerduty, slack what Houston at");
    expect(said.out).toContain("slack: I am houston in workspace T0MADE");
    for (const secret of Object.values(secrets)) expect(said.out + said.err).not.toContain(secret);
    expect(slack.violations).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "with nobody to tell, or something half set, it says the fix and ends with 1",
  async () => {
    const nobody = houstonChat({ HOUSTON_API: "http://127.0.0.1:9" });
    const half = houstonChat({ HOUSTON_API: "http://127.0.0.1:9", SLACK_BOT_TOKEN: "xoxb-1" });
    expect(await nobody.ended).toBe(1);
    expect(nobody.said.err).toContain("fix: set SLACK_BOT_TOKEN");
    expect(await half.ended).toBe(1);
    expect(half.said.err).toContain("SLACK_CHANNEL is not set");
  },
  PATIENCE_MS,
);
