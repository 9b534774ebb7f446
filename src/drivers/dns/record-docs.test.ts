// The how-tos of DNS drivers say what is so: their settings are good ones, and their codes are all there are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { cloudflareShape } from "./cloudflare/shape.ts";
import { googleDnsShape } from "./google/shape.ts";
import { ns1Shape } from "./ns1/shape.ts";
import { powerdnsShape } from "./powerdns/shape.ts";
import { rfc2136Shape } from "./rfc2136/shape.ts";
import { route53Shape } from "./route53/shape.ts";
import { webhookShape } from "./yours/shape.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

test.each([
  ["powerdns.md", powerdnsShape],
  ["rfc2136.md", rfc2136Shape],
  ["route53.md", route53Shape],
  ["cloudflare.md", cloudflareShape],
  ["google-dns.md", googleDnsShape],
  ["ns1.md", ns1Shape],
  ["dns-webhook.md", webhookShape],
])("%s: its settings are good, and each code that a driver may answer is in its table, and no other", (file, shape) => {
  const howTo = read(`docs/how-to/${file}`);
  const drivers = [...howTo.matchAll(/```yaml\n(- kind: [\s\S]*?)```/g)].flatMap(
    ([, settings]) => parse(settings!) as readonly Record<string, unknown>[],
  );
  const own = drivers.filter(({ kind }) => kind === drivers[0]?.["kind"]);
  expect(own.length).toBeGreaterThan(0);
  for (const driver of own) expect(shape.safeParse(driver).error?.issues).toBeUndefined();
  const codes = [...read("src/drivers/dns/record-server.ts").matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(
    ([, code]) => code!,
  );
  const [, table = ""] = /\| code \| what \|\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(howTo) ?? [];
  const told = table
    .split("\n")
    .flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
  expect(codes.length).toBeGreaterThan(10);
  expect(told.toSorted()).toEqual(codes.toSorted());
});

test("who drives a provider that was never met says so in its first lines", () => {
  for (const file of ["route53.md", "cloudflare.md", "google-dns.md", "ns1.md"])
    expect(read(`docs/how-to/${file}`).split("## Set it up")[0]).toMatch(/never met the real/);
});
