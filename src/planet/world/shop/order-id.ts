import { createHmac } from "node:crypto";

/**
 * An order's id carries what a reader needs to know: where its checkout began and when, whether it is a probe's, and a short
 * signature of it all. `o07-19ab3f0c4d2-` and so on: location 7, the milliseconds in hex, what the request hashes to. A made-up id
 * is known at once, without asking anybody across the planet. The same request has the same id wherever it is finished.
 */
export type OrderName = {
  readonly homeIndex: number;
  readonly beganAt: number;
  /** Kept apart and for a short time: nobody comes back for it. */
  readonly probe: boolean;
};

export function orderId(of: OrderName & { readonly requestId: string }, key: string): string {
  const home = String(of.homeIndex).padStart(2, "0");
  const began = of.beganAt.toString(16).padStart(TIME_HEX, "0");
  const name = `${of.probe ? "p" : "o"}${home}-${began}-${hash(`order ${of.requestId}`, key, NAME_HEX)}`;
  return name + hash(name, key, SIGNATURE_HEX);
}

/** Null: not an order of ours. */
export function readOrderId(order: string, key: string): OrderName | null {
  const parts = ORDER.exec(order);
  if (parts === null) return null;
  const name = order.slice(0, -SIGNATURE_HEX);
  if (hash(name, key, SIGNATURE_HEX) !== order.slice(-SIGNATURE_HEX)) return null;
  return { probe: parts[1] === "p", homeIndex: Number(parts[2]), beganAt: parseInt(parts[3]!, 16) };
}

/** Where it is in a store. */
export function orderKey(order: string): string {
  return `${order.startsWith("p") ? "probe" : "order"}/${order}`;
}

/** Milliseconds until the year 2527. */
const TIME_HEX = 11;
const NAME_HEX = 16;
const SIGNATURE_HEX = 8;
const ORDER = new RegExp(`^([op])(\\d\\d)-([0-9a-f]{${TIME_HEX}})-[0-9a-f]{${NAME_HEX + SIGNATURE_HEX}}$`);

function hash(text: string, key: string, hexDigits: number): string {
  return createHmac("sha256", key).update(text).digest("hex").slice(0, hexDigits);
}
