import { randomUUID } from "node:crypto";
import type { Records } from "../data/records.ts";
import type { Replication } from "../data/replication.ts";
import type { InnerAnswer, InnerRequest, Passport } from "../inner/message.ts";
import type { Journals } from "../journals.ts";
import { LINES_MAX, QUANTITY_MAX, readCart, signCart, type Cart } from "./cart-token.ts";
import { resourceHosts, serviceHosts, type ResourceName, type ServiceName } from "./graph.ts";
import { orderKey } from "./order-id.ts";
import { productIndex, products } from "./products.ts";
import { readOrder } from "./read-order.ts";
import { json, problem, storeFailed, type Call, type Handler, type ServiceHost } from "./service-host.ts";
import { bestSellers, levelReader, stockKey } from "./stock.ts";

export type ShopOptions = {
  readonly host: ServiceHost;
  readonly location: string;
  readonly locationIndex: number;
  /** Signs carts and orders: the same in all locations. */
  readonly key: string;
  readonly storeName: string;
  readonly records: Records;
  readonly replication: Replication;
  readonly outside: Outside;
  readonly journals: Pick<Journals, "home" | "homeAfter">;
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
  const store = (path: string, passport: Passport) => resource("store", { method: "GET", path, passport, safe: true });
  const shownLevels = levelReader({ store, everyRequests: 4 });
  const soldLevels = levelReader({ store, everyRequests: 2 });
  const popularLevels = levelReader({ store, everyRequests: 1 });

  return {
    async web({ passport }) {
      const turn = turns.web++;
      // A page without its recommendations is still a page.
      if (turn % 4 === 0) {
        const popular = await service("recommend", { method: "GET", path: "/for-you", passport }).catch(() => null);
        return page(popular?.status === 200 ? (JSON.parse(popular.body) as Popular).popular : []);
      }
      if (turn % 8 === 1)
        await resource("cache", { method: "GET", path: "/page", passport, safe: true }).catch(() => null);
      else if (turn % 16 === 2) await service("profile", { method: "GET", path: "/me", passport }).catch(() => null);
      return page([]);
    },

    async catalog({ path, passport }) {
      const turn = turns.catalog++;
      const query = path.indexOf("?q=") < 0 ? null : path.slice(path.indexOf("?q=") + 3);
      if (query !== null || turn % 16 === 1)
        await service("search", { method: "GET", path: "/search", passport, safe: true }).catch(() => null);
      if (turn % 16 === 3)
        await service("pricing", { method: "GET", path: "/prices", passport, safe: true }).catch(() => null);
      if (turn % 8 === 2) await resource("cache", { method: "GET", path: "/products", passport }).catch(() => null);
      // What is sold out is not shown, so the store has to say what is there.
      const levels = await shownLevels(passport);
      if (levels === null) return storeFailed();
      return listed(query, (product) => levels(product) > 0);
    },

    async search({ passport }) {
      return resource("disk", { method: "GET", path: "/index", passport, safe: true });
    },
    async recommend({ passport }) {
      const levels = await popularLevels(passport);
      if (levels === null) return storeFailed();
      const popular: Popular = { popular: bestSellers(levels, POPULAR_MAX).map((product) => products[product]!.name) };
      return json(200, popular);
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
        const cart: Cart = { id: randomUUID().slice(0, 13), home: options.journals.home(), lines: [] };
        const answer = await service("session", { method: "POST", path: `/session/${cart.id}`, body: "new", passport });
        return good(answer) ? json(201, { cart: signCart(cart, options.key) }) : storeFailed();
      }
      const read = readItem(request, options.key);
      if ("status" in read) return read;
      const stock = await service("stock", { method: "GET", path: `/level/${read.product}`, passport, safe: true });
      if (stock.status !== 200) return storeFailed();
      if ((JSON.parse(stock.body) as Level).level < read.quantity) {
        return problem(
          409,
          "sold-out",
          "Sold out",
          `${products[read.product]!.name} is sold out.`,
          "choose another product",
        );
      }
      if (turns.cart++ % 4 === 0) {
        const path = `/session/${read.cart.id}`;
        const session = await service("session", { method: "GET", path, passport, safe: true });
        if (!good(session)) return storeFailed();
        // The user has moved: from now on the session is at home here.
        if (session.status === 404 || (JSON.parse(session.body) as Session).location !== options.location) {
          const moved = await service("session", { method: "POST", path, body: "moved", passport });
          if (!good(moved)) return storeFailed();
        }
      }
      // What has been checked out is not changed any more: its request stays where it began.
      const home = options.journals.homeAfter(read.cart.home);
      return json(200, { cart: signCart({ ...withItem(read.cart, read), home }, options.key) });
    },

    async session({ method, path, body, passport }) {
      if (method === "GET") return store(`/get${path}`, passport);
      const session: Session = { seen: body, location: options.location };
      const value = JSON.stringify(session);
      const answer = await resource("store", { method: "POST", path: `/put${path}`, body: value, passport });
      return good(answer) ? json(200, { ok: true }) : storeFailed();
    },

    async stock({ method, path, body, passport }) {
      if (method === "GET") {
        const levels = await soldLevels(passport);
        if (levels === null) return storeFailed();
        const level: Level = { level: levels(Number(/^\/level\/(\d+)/.exec(path)?.[1] ?? -1)) };
        return json(200, level);
      }
      return outsideCall(options.outside, path, body);
    },
    async payment({ path, body }) {
      return outsideCall(options.outside, path, body);
    },

    async orders({ method, path, body, passport }) {
      const order = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
      if (method === "GET") return readOrder({ ...options, read: (key) => store(`/get/${key}`, passport) }, order);
      return writeOrder(options, order, body, passport);
    },
    async email({ body, passport }) {
      return resource("queue", { method: "POST", path: "/send", body, passport });
    },
  };
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
    key: orderKey(order),
    value: body,
    add: lines.map(([product, quantity]) => [stockKey(product, options.locationIndex), quantity]),
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

/** `{path}` of bank or warehouse with the caller's own headers in the body's envelope. */
async function outsideCall(outside: Outside, path: string, body: string): Promise<InnerAnswer> {
  const { send, notAfter } = JSON.parse(body) as { send?: unknown; notAfter?: number };
  const headers: Record<string, string> = notAfter === undefined ? {} : { "not-after": String(notAfter) };
  const answer = await outside.post(path, send ?? {}, headers);
  return json(answer.status, answer.body);
}

/** What services of this shop tell each other. */
type Level = { readonly level: number };
type Popular = { readonly popular: readonly string[] };
/** What the last visit was, and where. */
type Session = { readonly seen: string; readonly location: string };

const POPULAR_MAX = 3;

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

/** The products that are there; with a query, those whose name has it. */
function listed(query: string | null, isThere: (product: number) => boolean): InnerAnswer {
  let words = "";
  try {
    words = decodeURIComponent((query ?? "").split("&")[0]!).toLowerCase();
  } catch {
    return problem(400, "bad-query", "Bad query", "q is not URL-encoded text.", "for example ?q=mug");
  }
  const shown = products.filter(({ name }, product) => isThere(product) && name.toLowerCase().includes(words));
  return json(200, { products: shown });
}

function good(answer: InnerAnswer): boolean {
  return answer.status < 500;
}

function page(popular: readonly string[]): InnerAnswer {
  const found = popular.length === 0 ? "" : `<p>Others bought: ${popular.join(", ")}</p>`;
  return { status: 200, body: `${PAGE_HEAD}${found}${PAGE_END}`, type: "text/html; charset=utf-8" };
}

const PAGE_HEAD = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The shop</title></head><body><h1>The shop</h1><ul>${products
  .map(({ name, priceCents }) => `<li>${name} ${(priceCents / 100).toFixed(2)}</li>`)
  .join("")}</ul>`;
const PAGE_END = "</body></html>\n";
