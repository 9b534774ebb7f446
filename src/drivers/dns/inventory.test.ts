import type { Answer } from "dns-packet";
import { expect, test } from "vitest";
import { familiesDiffer, kindOfName, type NameAnswer, type NameAnswers } from "./inventory.ts";

const addresses = {
  east: { v4: ["203.0.113.1"], v6: ["2001:db8::1"] },
  west: { v4: ["203.0.113.2"], v6: ["2001:db8::2"] },
};
const hosts = [
  { name: "www.example.com", class: "public", bucketBy: "network" as const },
  { name: "*.shops.example.com", class: "public", bucketBy: "host" as const },
];
const EAST = { a: [a("203.0.113.1")], aaaa: [aaaa("2001:0db8::0001")] };

test.each<[what: string, answers: NameAnswers, flattens: string | null, kind: object]>([
  ["ours", said("www.example.com", EAST), null, { kind: "steered", at: ["east"] }],
  ["one of each name below", said("one.shops.example.com", EAST), null, { kind: "steered", at: ["east"] }],
  [
    "ours, delegated to somebody else",
    said("www.example.com", { a: [a("192.0.2.1")] }),
    null,
    { kind: "elsewhere", to: "192.0.2.1" },
  ],
  [
    "a CNAME over another name",
    said("bakery.test", {
      a: [cname("bakery.test", "CDN.bakery.test"), cname("cdn.bakery.test", "www.example.com"), a("203.0.113.1")],
    }),
    null,
    { kind: "follows", to: "www.example.com" },
  ],
  [
    "a CNAME in a circle",
    said("bakery.test", { a: [cname("bakery.test", "b.test"), cname("b.test", "bakery.test")] }),
    null,
    { kind: "unknown" },
  ],
  ["a record by hand", said("bakery.test", EAST), null, { kind: "fixed", at: ["east"] }],
  [
    "the same, said to be flattened",
    said("bakery.test", EAST),
    "www.example.com",
    { kind: "alias", to: "www.example.com" },
  ],
  ["flattened from a name that is not ours", said("bakery.test", EAST), "www.else.test", { kind: "fixed" }],
  [
    "AliasMode",
    said("bakery.test", { ...EAST, https: [https("000003777777076578616d706c6503636f6d00")] }),
    null,
    { kind: "alias", to: "www.example.com" },
  ],
  ["half of it ours", said("bakery.test", { a: [a("203.0.113.1"), a("192.0.2.1")] }), null, { kind: "elsewhere" }],
  ["nobody", said("bakery.test", {}, "NXDOMAIN"), null, { kind: "unknown", says: "there is no such name" }],
])("%s", (_what, answers, flattens, kind) => {
  expect(kindOfName(answers, { hosts, addresses, flattens })).toMatchObject(kind);
});

test("A, AAAA and the hints of HTTPS lead to the same places, or it is said which does not", () => {
  expect(familiesDiffer(said("www.example.com", { ...EAST, https: [hints("cb007101")] }), addresses)).toBe(null);
  expect(familiesDiffer(said("www.example.com", { ...EAST, https: [hints("cb007102")] }), addresses)).toBe(
    "www.example.com leads to different places: A to east, AAAA to east, HTTPS to west",
  );
  expect(familiesDiffer(said("www.example.com", { a: EAST.a }), addresses)).toMatch(/has no AAAA/);
  expect(familiesDiffer(said("www.example.com", { a: EAST.a, aaaa: [aaaa("2001:db8::2")] }), addresses)).toMatch(
    /A to east, AAAA to west$/,
  );
});

test("a record that is cut off or lies about its lengths says nothing, and hurts nobody", () => {
  for (const hex of ["000100", "0001000004ffff", "00010000040004cb00", "0000ff61", "0001"]) {
    const answers = said("www.example.com", { ...EAST, https: [https(hex)] });
    expect(familiesDiffer(answers, addresses)).toBe(null);
    expect(kindOfName({ ...answers, name: "bakery.test" }, { hosts, addresses, flattens: null }).kind).toBe("fixed");
  }
});

const hints = (v4: string): Answer => https(`00010000040004${v4}`);

function said(
  name: string,
  of: { readonly a?: readonly Answer[]; readonly aaaa?: readonly Answer[]; readonly https?: readonly Answer[] },
  rcode = "NOERROR",
): NameAnswers {
  const answer = (answers: readonly Answer[] = []): NameAnswer => ({ rcode, answers });
  return { name, a: answer(of.a), aaaa: answer(of.aaaa), https: answer(of.https) };
}

function a(data: string): Answer {
  return { type: "A", name: "x.test", data };
}

function aaaa(data: string): Answer {
  return { type: "AAAA", name: "x.test", data };
}

function cname(name: string, data: string): Answer {
  return { type: "CNAME", name, data };
}

function https(hex: string): Answer {
  return { type: "UNKNOWN_65", name: "x.test", data: Buffer.from(hex, "hex") } as unknown as Answer;
}
