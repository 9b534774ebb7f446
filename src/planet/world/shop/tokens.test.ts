import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCart, signCart, totalCents, type Cart } from "./cart-token.ts";
import { orderHome, orderId } from "./order-id.ts";
import { products } from "./products.ts";

const carts: fc.Arbitrary<Cart> = fc.record({
  id: fc.stringMatching(/^[0-9a-f-]{13}$/),
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
      lines: [
        [0, 2],
        [2, 1],
      ],
    }),
  ).toBe(2 * products[0]!.priceCents + products[2]!.priceCents);
});

test("an order's id is the same for the same request anywhere, says its home, and can't be made up", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 15 }), fc.string(), fc.nat(), (homeIndex, requestId, where) => {
      const order = orderId({ homeIndex, requestId }, "key");
      expect(order).toBe(orderId({ homeIndex, requestId }, "key"));
      expect(orderHome(order, "key")).toBe(homeIndex);
      expect(orderHome(order, "another")).toBeNull();
      const at = where % order.length;
      const changed = order.slice(0, at) + (order[at] === "1" ? "2" : "1") + order.slice(at + 1);
      expect(orderHome(changed, "key")).toBeNull();
    }),
  );
});
