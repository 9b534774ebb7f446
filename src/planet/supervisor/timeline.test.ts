import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { followTimeline } from "./timeline.ts";

const AT = Date.parse("2026-11-23T12:00:00Z");
const entry = (seconds: number, what: string) => ({ at: AT + seconds * 1000, what });

test("lines come in the order of their moments; one that Houston hands out late is shown once, and marked", async () => {
  vi.stubEnv("TZ", "UTC");
  const told = [entry(2, "b"), entry(1, "a")];
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const since = Number(new URL(request.url!, "http://houston").searchParams.get("since"));
    asked.push(since);
    if (asked.length === 2) told.push(entry(-1, "late"), entry(3, "c"));
    response.end(JSON.stringify({ entries: told.filter(({ at }) => at >= since) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const lines: string[] = [];
  await new Promise<void>((resolve) => {
    const following = followTimeline(
      {
        startedAt: AT - 60_000,
        houston: true,
        api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        token: "t",
        usersSay: () => Promise.resolve(""),
      },
      (_, line) => {
        lines.push(line);
        if (line.endsWith("c")) resolve();
      },
    );
    onTestFinished(() => {
      following.stop();
      server.close();
      vi.unstubAllEnvs();
    });
  });
  expect(lines).toEqual(["12:00:01  a", "12:00:02  b", "11:59:59  late  (late)", "12:00:03  c"]);
  expect(Math.min(...asked)).toBe(AT - 60_000);
});
