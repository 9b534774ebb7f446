import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Rounds } from "./adapter-rounds.ts";

let rounds: Rounds = [];
beforeAll(async () => {
  const file = join(import.meta.dirname, "adapter-rounds.ts");
  const child = fork(file, [], { execArgv: ["--conditions=reactive-production:source"] });
  const ended = once(child, "exit");
  child.once("message", (said: Rounds) => (rounds = said));
  await ended;
  // Some seconds; many times that on a machine that does much else.
}, 120_000);

test.each([
  "node:http",
  "Express, body unread",
  "Express, body parsed",
  "Fastify",
  "Hono",
  "Hono, body read by a middleware",
  "Fetch",
])("%s owes its callers what the Idempotency-Key draft says", (server) => {
  const mine = rounds.filter((one) => one.server === server);
  expect(mine.filter(({ failed }) => failed !== null)).toEqual([]);
  expect(mine.length).toBeGreaterThanOrEqual(7);
});
