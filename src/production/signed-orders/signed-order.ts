import { createPublicKey, randomUUID, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { order as orderSchema } from "../../api/schema/orders.ts";
import type { People } from "../../config/people-shape.ts";
import type { LocationName } from "../../core/estate.ts";
import type { Order } from "../../core/order.ts";
import type { UnixMs } from "../../core/step.ts";

/**
 * An order on paper with a seal, for when the API, the network and the chat are down and there is only a disk. Two lines: what is ordered, as JSON,
 * and the signature of that very line. Who signed it is known by the key and not by what the paper says; it is good for one Houston, by the name of its
 * estate and by its locations, for a while, and once.
 */
export type SignedOrder = {
  readonly id: string;
  readonly by: string;
  readonly order: Order;
  readonly at: UnixMs;
  readonly until: UnixMs;
  readonly why: string | null;
};

export type ReadOrder =
  | { readonly kind: "good"; readonly signed: SignedOrder }
  | { readonly kind: "refused"; readonly code: string; readonly says: string };

/** Longer than any outage is lived through by files; a lost one must not order anything next year. */
export const GOOD_FOR_SECONDS_MAX = 7 * 86_400;
/** Clocks of two machines are never quite alike. */
export const AHEAD_MS = 300_000;
/** Signed along, so that no signature of something else is one of an order. */
const CONTEXT = "houston order 1\n";
export const TEXT_MAX = 16_000;

const written = z.strictObject({
  id: z.uuid(),
  /** The estate that it is for, by its name; what houston signed until 0.5 has none. */
  estate: z.string().exactOptional(),
  /** That estate's locations. */
  for: z.array(z.string()).max(50),
  order: orderSchema,
  at: z.number().int(),
  until: z.number().int(),
  why: z.string().max(500).exactOptional(),
});

/** The text of the file. */
export function signOrder(options: {
  readonly order: Order;
  readonly key: KeyObject;
  readonly estate: string;
  readonly locations: readonly LocationName[];
  readonly at: UnixMs;
  readonly goodForSeconds: number;
  readonly why?: string;
}): string {
  const { order, at, why } = options;
  const line = JSON.stringify({
    id: randomUUID(),
    estate: options.estate,
    for: options.locations.toSorted(),
    order,
    at,
    until: at + 1000 * options.goodForSeconds,
    ...(why !== undefined && { why }),
  });
  return `${line}\n${sign(null, Buffer.from(CONTEXT + line), options.key).toString("base64")}\n`;
}

/** What a file orders, or why it is not followed. That it comes once only, others see to. */
export function readSignedOrder(
  text: string,
  known: {
    readonly people: People;
    readonly estate: string;
    readonly locations: readonly LocationName[];
    readonly now: UnixMs;
  },
): ReadOrder {
  const [line = "", signature = "", ...more] = text.split("\n");
  if (text.length > TEXT_MAX || more.some((each) => each !== "") || !/^[A-Za-z0-9+/]{86}==$/.test(signature))
    return refused("no-signed-order", "it is no line of JSON with its signature on the next");
  const seal = Buffer.from(signature, "base64");
  // Nothing of it is believed before the seal is known.
  const by = Object.keys(known.people).find((name) =>
    known.people[name]!.keys.some((key) => verify(null, Buffer.from(CONTEXT + line), publicKey(key), seal)),
  );
  if (by === undefined) return refused("unknown-key", "nobody of `people` in houston.yaml has signed it");
  const read = written.safeParse(jsonOf(line));
  if (!read.success) {
    const [issue] = read.error.issues;
    return refused(
      "bad-order",
      `${by} signed what is no order: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    );
  }
  const { id, order, at, until, why = null } = read.data;
  const { estate } = read.data;
  if (estate === undefined)
    return refused("names-no-houston", `${by} signed it with a houston that names no estate: sign it anew`);
  if (estate !== known.estate)
    return refused(
      "another-houston",
      `${by} signed it for the Houston of ${estate}, and this is that of ${known.estate}`,
    );
  if (read.data.for.join() !== known.locations.toSorted().join())
    return refused("another-houston", `${by} signed it for a Houston of ${read.data.for.join(", ")}`);
  if (at > known.now + AHEAD_MS) return refused("signed-ahead", `${by} signed it at a time that is still to come`);
  if (until <= known.now) return refused("expired", `it was good until ${new Date(until).toISOString()}`);
  if (until - at > 1000 * GOOD_FOR_SECONDS_MAX)
    return refused("good-too-long", `it would be good for more than ${GOOD_FOR_SECONDS_MAX / 86_400} days`);
  return { kind: "good", signed: { id, by, order, at, until, why } };
}

/** As `houston order key` prints it, and as `people` has it. */
export const publicText = (key: KeyObject): string => createPublicKey(key).export({ format: "jwk" }).x ?? "";

const publicKey = (x: string): KeyObject => createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const refused = (code: string, says: string): ReadOrder => ({ kind: "refused", code, says });
