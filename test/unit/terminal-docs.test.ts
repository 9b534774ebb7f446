/**
 * docs/terminal.md shows what the code prints now: a made world, asked by the same client, told by the same lines. REWRITE=1
 * writes what is printed now into the document; nobody commits that unread.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { houstonClient, type HoustonClient } from "../../src/api/client.ts";
import { startMadeApi, type MadeApi } from "../../src/api/made-api.testing.ts";
import { statusLines } from "../../src/cli/commands/status-lines.ts";
import { whyLines } from "../../src/cli/commands/why-lines.ts";
import { partsOf, textOf, type Line } from "../../src/cli/colour.ts";

const FILE = join(import.meta.dirname, "..", "..", "docs", "terminal.md");
const COLUMNS = 110;

let made: MadeApi;
let houston: HoustonClient;
beforeAll(async () => {
  vi.stubEnv("TZ", "UTC");
  made = await startMadeApi({ calmSeconds: 8, illSeconds: 4 });
  houston = houstonClient({ api: made.url, token: "" });
}, 60_000);
afterAll(async () => {
  await made.stop();
  vi.unstubAllEnvs();
});

function expectShownUnder(title: string, lines: readonly Line[]): void {
  const text = readFileSync(FILE, "utf8");
  const printed = lines.map((line) => partsOf(line).map(textOf).join("")).join("\n");
  const from = text.indexOf("```text\n", text.indexOf(`## ${title}\n`)) + "```text\n".length;
  const to = text.indexOf("\n```", from);
  if (process.env["REWRITE"] === "1") writeFileSync(FILE, text.slice(0, from) + printed + text.slice(to));
  else expect(text.slice(from, to)).toBe(printed);
}

test("houston status", async () => {
  const [status, view] = await Promise.all([houston.status(), houston.view()]);
  const picture = { status, view, now: view.at, api: "http://127.20.0.70:7070" };
  expectShownUnder("houston status", statusLines(picture, { width: COLUMNS }));
});

test("houston why", async () => {
  const [why, world, detail, view] = await Promise.all([
    houston.why("east"),
    houston.world(),
    houston.location("east"),
    houston.view(),
  ]);
  expectShownUnder("houston why LOCATION", whyLines(why, world, { detail, view }));
});
