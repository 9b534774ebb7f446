import { expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../test/damage.ts";
import { passportOf } from "./passport.ts";

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

const SHAPE = {
  traceparent: /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/,
  requestId: /^[\w.-]{8,80}$/,
  zone: /^[\w.-]{1,64}$/,
};
