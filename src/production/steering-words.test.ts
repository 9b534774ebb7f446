import { expect, test } from "vitest";
import type { Outcome, Words } from "../core/control-contract.ts";
import { steeringWords } from "./steering-words.ts";

test("each driver's word is told by its name, once, and so is that it does as it is told again", () => {
  let at = 0;
  let outcomes: Record<string, Outcome> = {};
  const told: Words[] = [];
  const look = steeringWords({
    now: () => at,
    answers: () => Object.entries(outcomes).map(([name, outcome]) => ({ name, version: 7, outcome })),
    tell: (_id, words) => void told.push(words),
  });
  const after = (ms: number, now: Record<string, Outcome>): readonly string[] => {
    outcomes = now;
    for (const until = at + ms; at < until; at += 250) look();
    return told.splice(0).map(({ level, what }) => `${level}: ${what}`);
  };
  const says = "www.example.com: 4.0 % of requests go elsewhere than planned";
  const powerdns = { kind: "done", says } as const;
  expect(after(30_000, { powerdns, route53: { kind: "done" } })).toEqual([`info: powerdns took table 7: ${says}`]);
  // What is over within seconds is no news.
  expect(after(5_000, { powerdns, route53: { kind: "retry", code: "rate-limited" } })).toEqual([]);
  expect(after(5_000, { powerdns, route53: { kind: "done" } })).toEqual([]);
  const refused = { kind: "refused", code: "rights-missing", says: "no ChangeResourceRecordSets" } as const;
  expect(after(60_000, { powerdns, route53: refused })).toEqual([
    "urgent: route53 does not take table 7: rights-missing: no ChangeResourceRecordSets",
  ]);
  expect(after(5_000, { powerdns, route53: { kind: "done" } })).toEqual(["change: route53 took table 7"]);
});
