import { createHmac, timingSafeEqual } from "node:crypto";
import { CallerError } from "../core/errors.ts";

/**
 * Signatures as the Standard Webhooks specification has them (standardwebhooks.com, version 1): HMAC-SHA256 over
 * `id.timestamp.body` with the secret's bytes, in base64, after `v1,`.
 */
export function webhookHeaders(letter: {
  readonly key: Uint8Array;
  readonly id: string;
  readonly seconds: number;
  readonly body: string;
}): Readonly<Record<string, string>> {
  return {
    "webhook-id": letter.id,
    "webhook-timestamp": String(letter.seconds),
    "webhook-signature": `v1,${signatureOf(letter).toString("base64")}`,
  };
}

/** What a receiver checks: one of the signatures is ours, and it is not older or newer than five minutes. */
export function isSigned(letter: {
  readonly key: Uint8Array;
  readonly id: string;
  readonly seconds: number;
  readonly body: string;
  readonly signatures: string;
  readonly nowSeconds: number;
}): boolean {
  if (Math.abs(letter.nowSeconds - letter.seconds) > TOLERANCE_SECONDS) return false;
  const expected = signatureOf(letter);
  return letter.signatures.split(" ").some((each) => {
    const [version, text = ""] = each.split(",");
    const given = Buffer.from(text, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const TOLERANCE_SECONDS = 300;

function signatureOf({
  key,
  id,
  seconds,
  body,
}: {
  readonly key: Uint8Array;
  readonly id: string;
  readonly seconds: number;
  readonly body: string;
}): Buffer {
  return createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest();
}

/** `whsec_` and 24 to 64 bytes in base64; `variable` is where it was given. Throws `CallerError`. */
export function webhookKey(variable: string, secret: string): Uint8Array {
  const text = secret.replace(/^whsec_/, "");
  const key = Buffer.from(text, "base64");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  if (isBase64 && key.length >= 24 && key.length <= 64) return key;
  throw new CallerError({
    code: "bad-webhook-secret",
    message: `${variable} is not 24 to 64 bytes in base64`,
    hint: 'make one with: echo "whsec_$(openssl rand -base64 32)", and give it to the receiver too',
  });
}
