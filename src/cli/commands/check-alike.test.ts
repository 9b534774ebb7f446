import { afterEach, expect, test } from "vitest";
import { markerText } from "../../drivers/dns/marker.ts";
import { madeNameServer, type MadeNameServer } from "../../drivers/dns/made-name-server.testing.ts";
import type { SteeringConfig } from "../../config/steering-config.ts";
import { alikeLines, askAlike } from "./check-alike.ts";

const servers: MadeNameServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((each) => each.stop()))));

const linesOf = async (drivers: readonly object[]): Promise<readonly string[]> =>
  alikeLines(await askAlike({ drivers } as unknown as SteeringConfig)).map(({ text }) => text);

test("two DNS providers of one zone are alike by their markers; who is behind, or another Houston's, is named", async () => {
  const [first, same, behind, foreign] = [
    await answering(7, "aaaaaaaaaaaa"),
    await answering(7, "aaaaaaaaaaaa"),
    await answering(5, "bbbbbbbbbbbb"),
    await answering(7, "cccccccccccc"),
  ];
  expect(await linesOf([driver("route53", first), driver("cloudflare", same)])).toEqual([
    "alike: route53, cloudflare answer by table 7",
  ]);
  expect((await linesOf([driver("route53", first), driver("cloudflare", behind)]))[0]).toBe(
    `cloudflare is not like the other DNS providers of example.com: ${behind}: it answers by table 5, and another by 7`,
  );
  expect((await linesOf([driver("route53", first), driver("ns1", foreign)]))[0]).toMatch(
    /^ns1 is not like .*: its table 7 is another one: a second Houston writes there$/,
  );
});

test("one that can't be asked is named, and the other is asked all the same; one alone is alike", async () => {
  const first = await answering(7, "aaaaaaaaaaaa");
  const gone = await answering(7, "aaaaaaaaaaaa");
  await servers.pop()!.stop();
  const lines = await linesOf([driver("route53", first), driver("ns1", gone)]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^ns1 is not like the other DNS providers/);
  expect(await linesOf([driver("route53", first)])).toEqual([]);
});

const driver = (kind: string, at: string): object => ({ kind, domains: ["example.com"], answeredBy: [at] });

async function answering(version: number, table: string): Promise<string> {
  const marker = markerText({ version, table, lost: [], config: "dddddddddddd", sets: "eeeeeeeeeeee" });
  const server = await madeNameServer((name, type) =>
    name === "_houston.example.com" && type === "TXT" ? { ttlSeconds: 60, values: [marker] } : null,
  );
  servers.push(server);
  return server.address;
}
