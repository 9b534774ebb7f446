// What `houston check --reach` says of vantages elsewhere: asked over real sockets.
import { readFileSync } from "node:fs";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../config/config-file.ts";
import type { ProbeAnswer } from "../../drivers/probe/contract.ts";
import { startProbeOnly } from "../../production/probe-only.ts";
import { lookedAt } from "../../production/vantages.ts";
import { askVantages, isWellPlaced, vantageLine } from "./check-vantages.ts";

const TOKEN = "0123456789abcdef0123";
const example = readFileSync(new URL("../../../examples/houston.yaml", import.meta.url), "utf8");
const HOUR_MS = 3_600_000;

afterEach(() => vi.unstubAllEnvs());

test("one that sees every other location well is said, with how wrong its clock is", async () => {
  vi.stubEnv("HOUSTON_VANTAGE_TOKEN", TOKEN);
  const [reached] = await asked(async () => ({ ok: true, ms: 1 }));
  expect(reached).toMatchObject({ from: "eu-west-1", reached: true, says: null, ill: [] });
  expect(reached!.clockAheadSeconds).toBeGreaterThan(3590);
  expect(isWellPlaced(reached!)).toBe(true);
  expect(vantageLine(reached!)).toMatch(/^the vantage in eu-west-1 looks, and .* s ahead, which harms nothing$/);
});

test("one that a location is closed to is not well placed", async () => {
  vi.stubEnv("HOUSTON_VANTAGE_TOKEN", TOKEN);
  const [reached] = await asked(async (location) =>
    location === "us-west-2" ? { ok: false, ms: 1, why: "timeout", says: "no \u001b[31manswer" } : { ok: true, ms: 1 },
  );
  expect(isWellPlaced(reached!)).toBe(false);
  expect(vantageLine(reached!)).toContain("does not see us-west-2 (no answer, by eu-west-1)");
});

test.each([
  ["no token", "", "openssl rand -hex 32"],
  ["a token that can be guessed", "secret", "openssl rand -hex 32"],
  ["another token", `${TOKEN}4`, "must be the same at both ends"],
])("%s: it can't be asked, and the line says the fix", async (_what, token, says) => {
  vi.stubEnv("HOUSTON_VANTAGE_TOKEN", token);
  const [reached] = await asked(async () => ({ ok: true, ms: 1 }));
  expect(isWellPlaced(reached!)).toBe(false);
  expect(vantageLine(reached!)).toContain(says);
});

async function asked(look: (location: string) => Promise<ProbeAnswer>): ReturnType<typeof askVantages> {
  const running = await startProbeOnly({
    vantage: "eu-west-1",
    driver: { journeys: ["browse"], probe: ({ location }) => look(location), stop: async () => {} },
    addresses: lookedAt(config("http://127.0.0.1:1").steering!),
    token: TOKEN,
    listen: { host: "127.0.0.1", port: 0 },
    tls: null,
    now: () => Date.now() + HOUR_MS,
    refused: () => {},
  });
  onTestFinished(() => running.stop());
  return askVantages(config(running.url));
}

function config(url: string) {
  const read = readConfig(
    `${example.slice(0, example.indexOf("\nprobes:"))}\nprobes: { remote: [{ from: eu-west-1, url: "${url}" }] }\n`,
  );
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read;
}
