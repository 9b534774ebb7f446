import { expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../test/damage.ts";
import { BAGGAGE_BYTES_MAX, BAGGAGE_MEMBERS_MAX, boundedBaggage, passportOf } from "./passport.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const joins = (traceparent: string): boolean =>
  passportOf({ traceparent }, { fromEdge: false, zone: "z" }).traceparent.slice(3, 35) === TRACE;

test.each([
  [`00-${TRACE}-b7ad6b7169203331-01`, true],
  // A later version may say more than we know; version 00 may not (W3C Trace Context, 3.2.4).
  [`01-${TRACE}-b7ad6b7169203331-01-more`, true],
  [`01-${TRACE}-b7ad6b7169203331-01more`, false],
  [`00-${TRACE}-b7ad6b7169203331-01-more`, false],
  [`00-${TRACE}-b7ad6b7169203331-01-`, false],
  [`ff-${TRACE}-b7ad6b7169203331-01`, false],
  [`00-${TRACE}-0000000000000000-01`, false],
  [`00-${TRACE.toUpperCase()}-b7ad6b7169203331-01`, false],
])("%s is joined: %s", (traceparent, joined) => expect(joins(traceparent)).toBe(joined));

test(
  "garbage gives a passport of the right shape, and no hop or zone of a stranger",
  { timeout: DAMAGED_WITHIN_MS },
  () => {
    const { text, below } = damage(5);
    const good = {
      "x-request-id": "story-12345678",
      "x-hops": "one,two",
      "x-zone": "germany",
      traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
    };
    const kept = { requestId: 0, trace: 0, zone: 0 };
    const fresh = { requestId: 0, trace: 0, zone: 0 };
    for (let each = 0; each < DAMAGED_CASES; each++) {
      const headers = Object.fromEntries(
        Object.entries(good).map(([name, value]) => [name, below(20) === 0 ? undefined : text(value)]),
      );
      const fromEdge = each % 2 === 0;
      const passport = passportOf(headers, { fromEdge, zone: "ours" });
      if (!SHAPE.traceparent.test(passport.traceparent)) throw new Error(JSON.stringify({ headers, passport }));
      if (!SHAPE.requestId.test(passport.requestId)) throw new Error(JSON.stringify({ headers, passport }));
      if (!SHAPE.zone.test(passport.zone)) throw new Error(JSON.stringify({ headers, passport }));
      if (!fromEdge && (passport.hops.length > 0 || passport.zone !== "ours"))
        throw new Error(JSON.stringify({ headers, passport }));
      (passport.requestId === headers["x-request-id"] ? kept : fresh).requestId++;
      (passport.traceparent.includes(String(headers["traceparent"]).slice(3, 35)) ? kept : fresh).trace++;
      if (fromEdge) (passport.zone === headers["x-zone"] ? kept : fresh).zone++;
    }
    // Both happen often, or the damage would try nothing.
    for (const count of [...Object.values(kept), ...Object.values(fresh)]) expect(count).toBeGreaterThan(1000);
  },
);

const NONE = { malformed: 0, repeated: 0, "too-many": 0, "too-long": 0 };

test.each([
  // The examples of W3C Baggage, 3.3.3 and 3.3.
  ["key1=value1,key2 = value2; property1;property2, key3=value3; propertyKey=propertyValue", {}],
  ["userId=Am%C3%A9lie,serverNode=DF:28,isProduction=false", {}],
  ["tenant=", {}],
  ["", {}],
  ["a=1,,b=2", {}, "a=1,b=2"],
  ["a=1,b", { malformed: 1 }, "a=1"],
  ['a=1,b="2",c=\\', { malformed: 2 }, "a=1"],
  ["a=1,b c=2,é=3,a;p=1", { malformed: 3 }, "a=1"],
  ["a=1,a=2", { repeated: 1 }, "a=1"],
])("baggage %j goes on, but for what is no baggage", (given, refused, passed?: string) => {
  const { baggage, refused: counted } = boundedBaggage(given);
  expect(baggage).toBe(passed ?? given.replaceAll(", ", ","));
  expect(counted).toEqual({ ...NONE, ...refused });
});

test("of more baggage than anybody must carry the first members go on, whole, and the rest is counted", () => {
  const many = Array.from({ length: BAGGAGE_MEMBERS_MAX + 6 }, (_, index) => `k${index}=v`);
  expect(boundedBaggage(many.join(","))).toEqual({
    baggage: many.slice(0, BAGGAGE_MEMBERS_MAX).join(","),
    refused: { ...NONE, "too-many": 6 },
  });
  const full = `a=${"x".repeat(BAGGAGE_BYTES_MAX - 2)}`;
  expect(boundedBaggage([full, "b=1"])).toEqual({ baggage: full, refused: { ...NONE, "too-long": 1 } });
  // One that is too long makes room for no others, and takes none from them.
  expect(boundedBaggage(`${full}y,b=1`)).toEqual({ baggage: "b=1", refused: { ...NONE, "too-long": 1 } });
});

test("hostile baggage is read in time that grows with its length, and what goes on is baggage again", () => {
  const { text, below } = damage(11);
  const good = "key1=value1;property,key2 = value2; p=q ,tenant=acme";
  let whole = 0;
  for (let each = 0; each < 20_000; each++) {
    const given = Array.from({ length: 1 + below(3) }, () => text(good)).join(",");
    const once = boundedBaggage(given);
    if (once.baggage.length > BAGGAGE_BYTES_MAX) throw new Error(JSON.stringify(given));
    const twice = boundedBaggage(once.baggage);
    if (twice.baggage !== once.baggage || Object.values(twice.refused).some((count) => count > 0))
      throw new Error(JSON.stringify({ given, once, twice }));
    if (once.baggage !== "") whole++;
  }
  expect(whole).toBeGreaterThan(1000);
  // What makes a careless expression look back again and again; both are done before this test's time is up.
  for (const hostile of [`a=${" ;".repeat(1e6)}`, `a=b${" ;p=".repeat(1e6)}"`])
    expect(boundedBaggage(hostile).baggage).toBe("");
});

const SHAPE = {
  traceparent: /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/,
  requestId: /^[\w.-]{8,80}$/,
  zone: /^[\w.-]{1,64}$/,
};
