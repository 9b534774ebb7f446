import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCart, signCart, totalCents, type Cart } from "./cart-token.ts";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../../test/damage.ts";
import { orderId, orderKey, readOrderId } from "./order-id.ts";
import { products } from "./products.ts";

const carts: fc.Arbitrary<Cart> = fc.record({
  id: fc.stringMatching(/^[0-9a-f-]{13}$/),
  home: fc.option(fc.stringMatching(/^[a-z][a-z-]{0,20}$/)),
  lines: fc.array(fc.tuple(fc.nat(products.length - 1), fc.integer({ min: 1, max: 99 })), { maxLength: 20 }),
});

test("a cart is read as it was signed, and no other text is a cart", () => {
  fc.assert(
    fc.property(carts, fc.nat(), fc.integer({ min: 1, max: 255 }), (cart, where, by) => {
      const token = signCart(cart, "key");
      expect(readCart(token, "key")).toEqual(cart);
      expect(encodeURIComponent(token)).toBe(token);
      expect(readCart(token, "another key")).toBeNull();
      const at = where % token.length;
      const changed = token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ by) + token.slice(at + 1);
      // The last characters of base64url carry bits that nobody reads, so compare texts, not bytes.
      expect(readCart(changed, "key")).toBeNull();
    }),
  );
});

test("any text at all is a cart or none, never a crash; the total is what the lines cost", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 60 }), (text) => {
      expect(readCart(text, "key")).toBeNull();
    }),
  );
  expect(
    totalCents({
      id: "x",
      home: null,
      lines: [
        [0, 2],
        [2, 1],
      ],
    }),
  ).toBe(2 * products[0]!.priceCents + products[2]!.priceCents);
});

test("an order's id is the same for the same request anywhere, says where and when it began, and can't be made up", () => {
  const names = fc.record({
    homeIndex: fc.integer({ min: 1, max: 15 }),
    beganAt: fc.integer({ min: 0, max: 2 ** 44 - 1 }),
    probe: fc.boolean(),
  });
  fc.assert(
    fc.property(names, fc.string(), fc.nat(), (name, requestId, where) => {
      const order = orderId({ ...name, requestId }, "key");
      expect(order).toBe(orderId({ ...name, requestId }, "key"));
      expect(readOrderId(order, "key")).toEqual(name);
      expect(orderKey(order)).toBe(`${name.probe ? "probe" : "order"}/${order}`);
      expect(readOrderId(order, "another")).toBeNull();
      const at = where % order.length;
      const changed = order.slice(0, at) + (order[at] === "1" ? "2" : "1") + order.slice(at + 1);
      expect(readOrderId(changed, "key")).toBeNull();
    }),
  );
});

test("garbage is no cart and no order: only what we signed is", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { text, below } = damage(23);
  const cart: Cart = {
    id: "0a1b2c3d-4e5f",
    home: "europe",
    lines: [
      [2, 1],
      [11, 40],
    ],
  };
  const token = signCart(cart, "key");
  const name = { homeIndex: 7, beganAt: 1_790_000_000_000, probe: false };
  const order = orderId({ ...name, requestId: "r" }, "key");
  const read = { cart: 0, order: 0 };
  for (let each = 0; each < DAMAGED_CASES; each++) {
    const given = below(30) === 0 ? [token, order] : [text(token), text(order)];
    const found = readCart(given[0]!, "key");
    if ((found !== null) !== (given[0] === token)) throw new Error(JSON.stringify(given));
    const named = readOrderId(given[1]!, "key");
    if ((named !== null) !== (given[1] === order)) throw new Error(JSON.stringify(given));
    if (found !== null) read.cart++;
    if (named !== null) read.order++;
  }
  for (const count of Object.values(read)) {
    expect(count).toBeGreaterThan(1000);
    expect(count).toBeLessThan(DAMAGED_CASES / 2);
  }
});
