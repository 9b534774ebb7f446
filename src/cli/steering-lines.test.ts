import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "../config/config-file.ts";
import { vantagesOf } from "../config/probes-shape.ts";
import { leavingNeeds } from "../production/leaving-needs.ts";
import { mostModeOf } from "../production/most-mode.ts";
import { steeringLines } from "./steering-lines.ts";
import { steeringNeedsLines } from "./steering-needs-lines.ts";

const example = readFileSync(new URL("../../examples/houston.yaml", import.meta.url), "utf8");

test.each([
  [
    "as it is",
    example,
    `
  steers www.example.com, *.shops.example.com, edit.example.com by embedded; mode observe: it says what it would do, and moves nobody
  no name is of class internal: it stays where it is`,
  ],
  [
    "with one who looks, and a zone that can't be told apart",
    example
      .replace("mode: observe", "mode: act")
      .replace(/ {2}blackbox:[\s\S]*/, "")
      .replace("    us-west: [198.51.100.0/24]\n", ""),
    `
  steers www.example.com, *.shops.example.com, edit.example.com by embedded; mode approve: it asks before it moves anybody, and does what is ordered
  approve is the most: act needs 3 independent vantages, and there is only us-east-1 (\`probes\` in houston.yaml)
  us-west has no subnets: answered as us-east
  no name is of class internal: it stays where it is`,
  ],
  [
    "by a lever that stands in the place that is to be left",
    example
      .replace("mode: observe", "mode: act")
      .replace(/ {4}- kind: embedded[\s\S]*?(?=\n\S)/, "    - { kind: route53, domains: [example.com] }\n"),
    `
  steers www.example.com, *.shops.example.com, edit.example.com by route53; mode approve: it asks before it moves anybody, and does what is ordered
  approve is the most: leaving us-east-1 needs us-east-1: route53 is changed by Route 53's API, which stands in us-east-1 of AWS and nowhere else
  no name is of class internal: it stays where it is
  route53 answers all users alike, and splits them by weights in 255 parts; answers are kept for 1 s at least; 1 write a second at most; a location's loss is followed by one more write
  route53 is changed by Route 53's API, which stands in us-east-1 of AWS and nowhere else; while that is down its answers stay
  route53 needs no more than: route53:ListHostedZonesByName and route53:GetChange
       on the hosted zones of example.com: route53:GetHostedZone, route53:ListResourceRecordSets, route53:ChangeResourceRecordSets
       the last with the condition that route53:ChangeResourceRecordSetsNormalizedRecordNames is like www.example.com, *.shops.example.com, edit.example.com, _houston.example.com, *._houston.example.com, and ...RecordTypes A, AAAA, CNAME or TXT`,
  ],
  [
    "by providers whose APIs stand elsewhere, and by a program that stands where it is said",
    example.replace("mode: observe", "mode: act").replace(
      / {4}- kind: embedded[\s\S]*?(?=\n\S)/,
      `    - { kind: google-dns, project: shop-1, domains: [example.com], healthCheck: web }
    - { kind: ns1, domains: [example.com] }
    - { kind: webhook, url: "https://dns.internal.example.com/?key=hidden", domains: [example.com], standsAt: [us-west-2] }
`,
    ),
    `
  steers www.example.com, *.shops.example.com, edit.example.com by google-dns, ns1, webhook; mode approve: it asks before it moves anybody, and does what is ordered
  approve is the most: leaving us-west-2 needs us-west-2: webhook is changed by the webhook at dns.internal.example.com, which stands in us-west-2 by \`standsAt\`
  no name is of class internal: it stays where it is
  google-dns answers all users alike, and splits them by weights in 1000 parts; answers are kept for 1 s at least; 10 writes a second at most; a location's loss is followed by one more write
  google-dns is changed by Google Cloud DNS's API, which stands at no location of yours; while that is down its answers stay
  google-dns needs no more than: on the managed zones of example.com: dns.resourceRecordSets.list, .create, .update and .delete, dns.changes.create and .get
       on the project shop-1: dns.managedZones.list
       on the project shop-1: compute.healthChecks.useReadOnly
  ns1 tells zones apart by their subnets, and splits them by weights in 1000 parts; answers are kept for 1 s at least; 1 write a second at most; a location's loss is followed by one more write
  ns1 is changed by NS1's API, which stands at no location of yours; while that is down its answers stay
  ns1 needs no more than: a key that may view and manage the zones example.com, and nothing else
  webhook answers all users alike, and splits them by weights in 1000 parts; answers are kept for 1 s at least; 10 writes a second at most; a location's loss is followed by one more write
  webhook is changed by the webhook at dns.internal.example.com, which stands in us-west-2 by \`standsAt\`; while that is down its answers stay
  webhook needs no more than: A, AAAA and CNAME of www.example.com, *.shops.example.com, edit.example.com
       TXT of _houston.example.com`,
  ],
  [
    "by edges that ask again, where nobody may follow a loss unasked",
    example
      .replace("mode: observe", "mode: approve")
      .replace(
        / {4}- kind: embedded[\s\S]*?(?=\n\S)/,
        `    - { kind: nginx, edges: [{ location: us-east-1, application: "10.0.1.21:8080" }] }\n`,
      ),
    `
  steers www.example.com, *.shops.example.com, edit.example.com by nginx; mode approve: it asks before it moves anybody, and does what is ordered
  no name is of class internal: it stays where it is
  nginx: what errs here is asked again elsewhere only where a loss may be followed unasked (\`act\`), and no hold is on`,
  ],
  ["without steering", example.slice(0, example.indexOf("steering:")), "\n  It observes: nothing is moved."],
])("what is steered is said, and what is not as it could be: %s", (_what, text, lines) => {
  const read = readConfig(text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const { steering, probes } = read;
  const most = mostModeOf({
    drivers: steering?.drivers.length ?? 0,
    vantages: vantagesOf(probes),
    leavingNeeds: leavingNeeds(read.estate, steering),
  });
  const needs = steering === null ? [] : steeringNeedsLines(read.estate, steering);
  expect(`\n${[...steeringLines(read, most), ...needs].join("\n")}`).toBe(lines);
});
