// The how-tos say what is so: each variable in them is read, each that is read is in them, and the app's manifest has what we use.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readSaid } from "./grammar.ts";

const root = join(import.meta.dirname, "..", "..");
const slack = readFileSync(join(root, "docs/how-to/slack.md"), "utf8");
const other = readFileSync(join(root, "docs/how-to/webhook-and-pagerduty.md"), "utf8");

function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /(?<!\.test|\.testing)\.ts$/.test(entry.name) ? readFileSync(path, "utf8") : "";
    })
    .join("\n");
}

const code = sources(import.meta.dirname);

test("every variable in the how-tos is read, and every one that is read is in them", () => {
  const named = new Set([...`${slack}${other}`.matchAll(/`((?:SLACK|HOUSTON)_[A-Z_]+)`/g)].map(([, name]) => name!));
  const secrets = [...code.matchAll(/secretOf\(env, "([A-Z_]+)"\)/g)].map(([, name]) => name!);
  const plain = [...code.matchAll(/env\["([A-Z_]+)"\]/g)].map(([, name]) => name!);
  const read = new Set([...plain, ...secrets.flatMap((name) => [name, `${name}_FILE`])]);
  expect(secrets.length).toBeGreaterThan(4);
  expect([...named].toSorted()).toEqual([...read].toSorted());
});

test("the manifest asks for what is used, and for nothing else", () => {
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(slack) ?? [];
  const manifest = parse(yaml) as {
    features: { slash_commands: { command: string }[] };
    oauth_config: { scopes: { bot: string[] } };
    settings: { event_subscriptions: { bot_events: string[] }; interactivity: { is_enabled: boolean } };
  };
  /** The scopes that Slack documents for each method and event. */
  const wanted = Object.entries({
    "chat:write": /"chat\.postMessage"/,
    "app_mentions:read": /app\.event\("app_mention"/,
    commands: /app\.command\(/,
    "files:write": /completeUploadExternal/,
    "channels:history": /conversations\.history/,
    "groups:history": /conversations\.history/,
  });
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(wanted.map(([scope]) => scope).toSorted());
  for (const [scope, use] of wanted) expect(code, scope).toMatch(use);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(["app_mention"]);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(["/houston"]);
});

test("the manifest for HTTP is the other one with an address for all that Slack calls", () => {
  const [socket, http] = [...slack.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => parse(yaml!) as Manifest);
  const url = "https://YOUR-HOST/slack/events";
  const withoutUrls = structuredClone(http!);
  for (const command of withoutUrls.features.slash_commands) {
    expect(command["url"]).toBe(url);
    delete command["url"];
  }
  for (const called of [withoutUrls.settings.event_subscriptions, withoutUrls.settings.interactivity]) {
    expect(called["request_url"]).toBe(url);
    delete called["request_url"];
  }
  expect(withoutUrls.settings.socket_mode_enabled).toBe(false);
  expect({ ...withoutUrls, settings: { ...withoutUrls.settings, socket_mode_enabled: true } }).toEqual(socket);
  // The address is the one at which requests are taken.
  expect(code).toContain('"/slack/events"');
});

type Manifest = {
  features: { slash_commands: Record<string, unknown>[] };
  settings: {
    event_subscriptions: Record<string, unknown>;
    interactivity: Record<string, unknown>;
    socket_mode_enabled: boolean;
  };
};

test("the whole example names only variables that are read", () => {
  const [, shell = ""] = /```sh\n([\s\S]*?)```/.exec(slack) ?? [];
  const exported = [...shell.matchAll(/^export ([A-Z_]+)=/gm)].map(([, name]) => name!);
  expect(exported).toEqual(["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CHANNEL", "HOUSTON_SLACK_PEOPLE"]);
  for (const name of exported) expect(code).toContain(`"${name}"`);
});

test("every sentence of the how-to's table is understood", () => {
  const [, table = ""] = /\| words \| what \|\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(slack) ?? [];
  const sentences = table
    .split("\n")
    .flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, sentence]) => sentence!));
  expect(sentences.length).toBeGreaterThan(15);
  const wrong = sentences.map((sentence) => readSaid(sentence)).filter(({ kind }) => kind === "mistake");
  expect(wrong).toEqual([]);
});
