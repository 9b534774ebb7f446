import { JSON_TYPE, type InnerAnswer, type InnerRequest } from "../inner/message.ts";
import { products, STOCK_AT_START } from "./products.ts";

/**
 * What is there of each product, as this location's store knows it: each location writes what it has sold under a key of
 * its own (`stock/PRODUCT.LOCATION`), so that two never write the same record, and a level is the start less the sum of all.
 */
export type Levels = (product: number) => number;

/** How a level is written by the one who sells: once for each product and location. */
export function stockKey(product: number, locationIndex: number): string {
  return `${STOCK}${product}.${locationIndex}`;
}

/**
 * Levels that one service goes by. It asks the store at every so many requests and goes by what it was told last in between: a page
 * may be a few requests old, as any shop's may. Null: the store failed.
 */
export function levelReader(options: {
  readonly store: (path: string, passport: InnerRequest["passport"]) => Promise<InnerAnswer>;
  readonly everyRequests: number;
}): (passport: InnerRequest["passport"]) => Promise<Levels | null> {
  let turn = 0;
  let known: Levels | null = null;
  return async (passport) => {
    if (known !== null && turn++ % options.everyRequests !== 0) return known;
    const answer = await options.store(`/sums/${STOCK}`, passport);
    const sold = answer.status === 200 && answer.type === JSON_TYPE ? (JSON.parse(answer.body) as unknown) : null;
    if (typeof sold !== "object" || sold === null) return null;
    known = levelsOf(sold as Readonly<Record<string, unknown>>);
    return known;
  };
}

/** The products that sold most, the best first; those of which none was sold are not among them. */
export function bestSellers(levels: Levels, max: number): readonly number[] {
  return products
    .map((_, product) => product)
    .filter((product) => levels(product) < STOCK_AT_START && levels(product) > 0)
    .sort((a, b) => levels(a) - levels(b) || a - b)
    .slice(0, max);
}

const STOCK = "stock/";

function levelsOf(sold: Readonly<Record<string, unknown>>): Levels {
  return (product) => STOCK_AT_START - Number(sold[`${STOCK}${product}`] ?? 0);
}
