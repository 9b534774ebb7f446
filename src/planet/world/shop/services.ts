import { randomUUID } from "node:crypto";
import type { Records } from "../data/records.ts";
import type { Replication } from "../data/replication.ts";
import { JSON_TYPE, type InnerAnswer, type InnerRequest } from "../inner/message.ts";
import { LINES_MAX, QUANTITY_MAX, readCart, signCart, type Cart } from "./cart-token.ts";
import { resourceHosts, serviceHosts, type ResourceName, type ServiceName } from "./graph.ts";
import { orderHome } from "./order-id.ts";
import { productIndex, products, STOCK_AT_START } from "./products.ts";
import { json, problem, type Call, type Handler, type ServiceHost } from "./service-host.ts";

export type ShopOptions = {
  readonly host: ServiceHost;
  readonly location: string;
  readonly locationIndex: number;
  readonly locationIndexes: readonly number[];
  /** Signs carts and orders: the same in all locations. */
  readonly key: string;
  readonly storeName: string;
  readonly records: Records;
  readonly replication: Replication;
  readonly outside: Outside;
};

/** The bank and the warehouse, which stand outside all locations. */
export type Outside = {
  post(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
};

/** Calls a service or a resource of this location. */
export function shopCaller({ host, storeName }: Pick<ShopOptions, "host" | "storeName">) {
  return {
    service: (name: ServiceName, call: Call) => host.call({ name, host: serviceHosts[name] }, call),
    resource: (name: ResourceName, call: Call) =>
      host.call({ name: name === "store" ? storeName : name, host: resourceHosts[name] }, call),
  };
}

/** All services but checkout, which has a file of its own. */
export function shopHandlers(options: ShopOptions): Readonly<Record<Exclude<ServiceName, "checkout">, Handler>> {
  const { service, resource } = shopCaller(options);
  /** Not each page asks everybody: caches of the real thing, made of a counter. */
  const turns = { web: 0, catalog: 0, cart: 0 };

  return {
    async web({ passport }) {
      const turn = turns.web++;
      // A page without its recommendations is still a page.
      if (turn % 4 === 0) await service("recommend", { method: "GET", path: "/for-you", passport }).catch(() => null);
      else if (turn % 8 === 1)
        await resource("cache", { method: "GET", path: "/page", passport, safe: true }).catch(() => null);
      else if (turn % 16 === 2) await service("profile", { method: "GET", path: "/me", passport }).catch(() => null);
      return { status: 200, body: PAGE, type: "text/html; charset=utf-8" };
    },

    async catalog({ path, passport }) {
      const turn = turns.catalog++;
      const query = path.indexOf("?q=") < 0 ? null : path.slice(path.indexOf("?q=") + 3);
      if (query !== null || turn % 16 === 1)
        await service("search", { method: "GET", path: "/search", passport, safe: true }).catch(() => null);
      if (turn % 16 === 3)
        await service("pricing", { method: "GET", path: "/prices", passport, safe: true }).catch(() => null);
      if (turn % 4 === 0) {
        // What is sold out is not shown, so the store has to say what is there.
        const read = { method: "GET", path: `/get/stock/${turn % products.length}`, passport, safe: true } as const;
        if (!good(await resource("store", read))) return storeFailed();
      } else if (turn % 8 === 2)
        await resource("cache", { method: "GET", path: "/products", passport }).catch(() => null);
      return query === null ? PRODUCTS : found(query);
    },

    async search({ passport }) {
      return resource("disk", { method: "GET", path: "/index", passport, safe: true });
    },
    async recommend({ passport }) {
      return resource("store", { method: "GET", path: "/get/session/popular", passport, safe: true }).then((answer) =>
        answer.status === 404 ? json(200, {}) : answer,
      );
    },
    async pricing({ passport }) {
      return resource("cache", { method: "GET", path: "/prices", passport, safe: true });
    },
    async profile({ passport }) {
      return resource("cache", { method: "GET", path: "/profile", passport, safe: true });
    },

    async cart(request) {
      const { path, passport } = request;
      if (path === "/api/carts") {
        const cart: Cart = { id: randomUUID().slice(0, 13), lines: [] };
        const answer = await service("session", { method: "POST", path: `/session/${cart.id}`, body: "new", passport });
        return good(answer) ? json(201, { cart: signCart(cart, options.key) }) : storeFailed();
      }
      const read = readItem(request, options.key);
      if ("status" in read) return read;
      const turn = turns.cart++;
      const stock = await service("stock", {
        method: "GET",
        path: `/level/${read.product}?read=${turn % 2}`,
        passport,
        safe: true,
      });
      if (!good(stock)) return storeFailed();
      if (Number(stock.body) < read.quantity) {
        return problem(
          409,
          "sold-out",
          "Sold out",
          `${products[read.product]!.name} is sold out.`,
          "choose another product",
        );
      }
      if (turn % 4 === 0) {
        const answer = await service("session", {
          method: "POST",
          path: `/session/${read.cart.id}`,
          body: "touch",
          passport,
        });
        if (!good(answer)) return storeFailed();
      }
      return json(200, { cart: signCart(withItem(read.cart, read), options.key) });
    },

    async session({ path, body, passport }) {
      const value = JSON.stringify({ seen: body, location: options.location });
      const answer = await resource("store", { method: "POST", path: `/put${path}`, body: value, passport });
      return good(answer) ? json(200, { ok: true }) : storeFailed();
    },

    async stock({ method, path, body, passport }) {
      if (method === "GET") {
        const product = Number(/^\/level\/(\d+)/.exec(path)?.[1] ?? -1);
        if (path.endsWith("read=1")) {
          const answer = await resource("store", {
            method: "GET",
            path: `/get/stock/${product}.${options.locationIndex}`,
            passport,
            safe: true,
          });
          if (!good(answer)) return storeFailed();
        }
        return json(200, stockLevel(options, product));
      }
      return outsideCall(options.outside, path, body, options.location);
    },
    async payment({ path, body }) {
      return outsideCall(options.outside, path, body, options.location);
    },

    async orders({ method, path, body, passport }) {
      const order = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
      if (method === "GET") return readOrder(options, order, passport);
      return writeOrder(options, order, body, passport);
    },
    async email({ body, passport }) {
      return resource("queue", { method: "POST", path: "/send", body, passport });
    },
  };
}

async function readOrder(
  options: ShopOptions,
  order: string,
  passport: InnerRequest["passport"],
): Promise<InnerAnswer> {
  const home = orderHome(order, options.key);
  if (home === null)
    return problem(
      404,
      "order-unknown",
      "No such order",
      "The shop never gave an order that id.",
      "use the `order` of a checkout's answer",
    );
  const { resource } = shopCaller(options);
  const answer = await resource("store", { method: "GET", path: `/get/order/${order}`, passport, safe: true });
  if (answer.status === 200) return answer;
  if (answer.status >= 500) return storeFailed();
  // The id is ours, so the order was made: it is on its way to us, and it is where it was made.
  const arrived = options.records.arrival(`order/${order}`, ARRIVAL_WITHIN_MS);
  const asked =
    home === options.locationIndex ? arrived : options.replication.ask(home, `order/${order}`, ASK_WITHIN_MS);
  const first = (await Promise.race([arrived, asked])) ?? (await asked) ?? (await arrived);
  if (first !== undefined) return { status: 200, body: first.value, type: JSON_TYPE };
  return problem(
    503,
    "order-not-here-yet",
    "Not here yet",
    `The order was made in location ${home} and has not reached ${options.location}.`,
    "try again in a second",
  );
}

async function writeOrder(
  options: ShopOptions,
  order: string,
  body: string,
  passport: InnerRequest["passport"],
): Promise<InnerAnswer> {
  const { service, resource } = shopCaller(options);
  const { lines } = JSON.parse(body) as { lines: readonly (readonly [number, number])[] };
  const transaction = {
    key: `order/${order}`,
    value: body,
    add: lines.map(([product, quantity]) => [`stock/${product}.${options.locationIndex}`, quantity]),
  };
  // The order and what it takes from the stock are written together, once: a repeat changes nothing.
  const answer = await resource("store", {
    method: "POST",
    path: "/transact",
    body: JSON.stringify(transaction),
    passport,
  });
  if (!good(answer)) return storeFailed();
  // A letter that is late and an archive that lags hurt no one who waits for his order.
  service("email", { method: "POST", path: "/order", body: order, passport }).catch(() => null);
  resource("disk", { method: "POST", path: "/append", body: order, passport }).catch(() => null);
  return json(201, { order });
}

/** Replication takes half a second as a rule; a user's patience for an order is a little longer. */
const ARRIVAL_WITHIN_MS = 1500;

/** Beside the distance. */
const ASK_WITHIN_MS = 300;

/** What all locations have sold, as far as we were told. */
function stockLevel({ records, locationIndexes }: ShopOptions, product: number): number {
  let level = STOCK_AT_START;
  for (const index of locationIndexes) level -= Number(records.get(`stock/${product}.${index}`)?.value ?? 0);
  return level;
}

/** `{path}` of bank or warehouse with the caller's own headers in the body's envelope. */
async function outsideCall(outside: Outside, path: string, body: string, location: string): Promise<InnerAnswer> {
  const { send, notAfter } = JSON.parse(body) as { send?: unknown; notAfter?: number };
  const headers: Record<string, string> = {
    "x-from": location,
    ...(notAfter === undefined ? {} : { "not-after": String(notAfter) }),
  };
  const answer = await outside.post(path, send ?? {}, headers);
  return json(answer.status, answer.body);
}

type Item = { readonly cart: Cart; readonly product: number; readonly quantity: number };

function readItem({ path, body }: InnerRequest, key: string): Item | InnerAnswer {
  const token = decodeURIComponent(path.split("/")[3] ?? "");
  const cart = readCart(token, key);
  if (cart === null)
    return problem(
      404,
      "cart-unknown",
      "No such cart",
      "The cart's token is not one of ours.",
      "make one with POST /api/carts, and use the newest `cart` of each answer",
    );
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return problem(400, "bad-json", "Not JSON", "The body is not JSON.", 'send {"product":"mug","quantity":1}');
  }
  const { product: id, quantity } = (typeof given === "object" && given !== null ? given : {}) as {
    product?: unknown;
    quantity?: unknown;
  };
  const product = typeof id === "string" ? productIndex(id) : null;
  if (product === null) {
    return problem(
      404,
      "product-unknown",
      "No such product",
      `There is no product ${JSON.stringify(id)?.slice(0, 60) ?? "without an id"}.`,
      "take an `id` of GET /api/products",
    );
  }
  if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    return problem(
      422,
      "bad-quantity",
      "Bad quantity",
      `quantity is ${JSON.stringify(quantity)?.slice(0, 40) ?? "missing"}.`,
      `a whole number from 1 to ${QUANTITY_MAX}`,
    );
  }
  const before = cart.lines.find(([each]) => each === product)?.[1] ?? 0;
  if (before + quantity > QUANTITY_MAX || (before === 0 && cart.lines.length >= LINES_MAX)) {
    return problem(
      409,
      "cart-full",
      "The cart is full",
      `A cart takes ${LINES_MAX} products and ${QUANTITY_MAX} of each.`,
      "check this one out and make another",
    );
  }
  return { cart, product, quantity };
}

function withItem(cart: Cart, { product, quantity }: Item): Cart {
  if (!cart.lines.some(([each]) => each === product)) return { ...cart, lines: [...cart.lines, [product, quantity]] };
  return { ...cart, lines: cart.lines.map(([each, count]) => [each, each === product ? count + quantity : count]) };
}

function found(query: string): InnerAnswer {
  let words = "";
  try {
    words = decodeURIComponent(query.split("&")[0]!).toLowerCase();
  } catch {
    return problem(400, "bad-query", "Bad query", "q is not URL-encoded text.", "for example ?q=mug");
  }
  return json(200, { products: products.filter(({ name }) => name.toLowerCase().includes(words)) });
}

function good(answer: InnerAnswer): boolean {
  return answer.status < 500;
}

function storeFailed(): InnerAnswer {
  return problem(
    503,
    "store-failed",
    "The store failed",
    "A resource of this location did not do its work.",
    "try again",
  );
}

const PRODUCTS = json(200, { products });
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The shop</title></head><body><h1>The shop</h1><ul>${products
  .map(({ name, priceCents }) => `<li>${name} ${(priceCents / 100).toFixed(2)}</li>`)
  .join("")}</ul></body></html>\n`;
