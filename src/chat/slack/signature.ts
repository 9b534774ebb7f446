import { createHmac, timingSafeEqual } from "node:crypto";

/** Slack's signature of what it sends over HTTP: HMAC-SHA256 over `v0:timestamp:body` ("Verifying requests from Slack"). */
export function slackSignature(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

/** Slack's own advice: older or newer than this is a replay, or a clock that is wrong. */
const TOLERANCE_SECONDS = 300;
/** So many genuine requests in five minutes there never are. */
const SEEN_MAX = 20_000;

export type Checked = "fine" | "repeated" | "unsigned" | "stale" | "forged" | "flooded";

/** Checks signatures, and that none comes twice: whoever caught a request can't send it again within the five minutes. */
export function signatureGuard(secret: string): (
  request: {
    readonly signature: string | undefined;
    readonly timestamp: string | undefined;
    readonly body: string;
  },
  nowSeconds: number,
) => Checked {
  const seen = new Map<string, number>();
  return ({ signature, timestamp, body }, nowSeconds) => {
    if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return "unsigned";
    const seconds = Number(timestamp);
    if (Math.abs(nowSeconds - seconds) > TOLERANCE_SECONDS) return "stale";
    const expected = Buffer.from(slackSignature(secret, timestamp, body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "forged";
    for (const [old, at] of seen) {
      if (nowSeconds - at <= TOLERANCE_SECONDS) break;
      seen.delete(old);
    }
    if (seen.has(signature)) return "repeated";
    if (seen.size >= SEEN_MAX) return "flooded";
    // By when it stops being valid, not by when it came: one from the future is valid for longer.
    seen.set(signature, Math.max(seconds, nowSeconds));
    return "fine";
  };
}
