import { createHmac } from "node:crypto";

/**
 * An order's id says where it was made and that it was: `o07-` the location's number, then what its request hashes to
 * and a short signature of both. A made-up id is known at once, without asking anybody across the planet. The same
 * request has the same id wherever it is finished.
 */
export function orderId(of: { readonly homeIndex: number; readonly requestId: string }, key: string): string {
  const home = String(of.homeIndex).padStart(2, "0");
  const name = `o${home}-${hash(`order ${of.requestId}`, key, NAME_HEX)}`;
  return name + hash(name, key, SIGNATURE_HEX);
}

/** The number of the location where it was made; null: not an order of ours. */
export function orderHome(order: string, key: string): number | null {
  if (!ORDER.test(order)) return null;
  const name = order.slice(0, -SIGNATURE_HEX);
  return hash(name, key, SIGNATURE_HEX) === order.slice(-SIGNATURE_HEX) ? Number(order.slice(1, 3)) : null;
}

const NAME_HEX = 20;
const SIGNATURE_HEX = 8;
const ORDER = new RegExp(`^o\\d\\d-[0-9a-f]{${NAME_HEX + SIGNATURE_HEX}}$`);

function hash(text: string, key: string, hexDigits: number): string {
  return createHmac("sha256", key).update(text).digest("hex").slice(0, hexDigits);
}
