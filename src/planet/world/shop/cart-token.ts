import { createHmac, timingSafeEqual } from "node:crypto";
import { products } from "./products.ts";

/**
 * A cart is a signed token that carries its content, so every location serves every cart, and a location's end takes
 * no cart with it. The signature covers all of it: a token that was changed is no cart.
 */
export type Cart = {
  /** Drawn when the cart was made: tells two like carts apart. */
  readonly id: string;
  /** The cell that keeps the journal of its checkout; null: there are no cells. */
  readonly home: string | null;
  /** Product index and quantity, in order of adding. */
  readonly lines: readonly (readonly [product: number, quantity: number])[];
};

export const LINES_MAX = 20;
export const QUANTITY_MAX = 99;
/** LINES_MAX lines need far less; whatever is longer was not made by us. */
const TOKEN_CHARS_MAX = 600;
/** No line begins so. */
const HOME_MARK = "in-";
const SIGNATURE_BYTES = 16;

export function signCart(cart: Cart, key: string): string {
  const home = cart.home === null ? [] : [`${HOME_MARK}${cart.home}`];
  const content = [cart.id, ...home, ...cart.lines.map(([product, quantity]) => `${product}x${quantity}`)].join("~");
  return `${content}.${signature(content, key)}`;
}

/** Null: not a cart of ours. */
export function readCart(token: string, key: string): Cart | null {
  const dot = token.lastIndexOf(".");
  if (token.length > TOKEN_CHARS_MAX || dot < 1) return null;
  const content = token.slice(0, dot);
  const given = Buffer.from(token.slice(dot + 1));
  const wanted = Buffer.from(signature(content, key));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  const [id = "", ...parts] = content.split("~");
  const home = parts[0]?.startsWith(HOME_MARK) ? parts[0].slice(HOME_MARK.length) : null;
  const lines = home === null ? parts : parts.slice(1);
  return { id, home, lines: lines.map((line) => line.split("x").map(Number) as [number, number]) };
}

export function totalCents(cart: Cart): number {
  return cart.lines.reduce((sum, [product, quantity]) => sum + quantity * (products[product]?.priceCents ?? 0), 0);
}

function signature(content: string, key: string): string {
  return createHmac("sha256", key)
    .update("cart ")
    .update(content)
    .digest()
    .subarray(0, SIGNATURE_BYTES)
    .toString("base64url");
}
