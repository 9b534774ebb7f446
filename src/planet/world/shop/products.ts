/** What the shop sells. The same in all locations: it ships with the program, as a catalogue would with a release. */
export type Product = { readonly id: string; readonly name: string; readonly priceCents: number };

const NAMES: readonly (readonly [name: string, priceCents: number])[] = [
  ["Kettle", 3490],
  ["Teapot", 2250],
  ["Mug", 890],
  ["Coffee grinder", 5990],
  ["Bread knife", 2790],
  ["Cutting board", 1990],
  ["Frying pan", 4490],
  ["Soup pot", 5250],
  ["Wooden spoon", 450],
  ["Apron", 1690],
  ["Desk lamp", 3990],
  ["Notebook", 590],
  ["Fountain pen", 4990],
  ["Pencil case", 1290],
  ["Backpack", 7990],
  ["Umbrella", 1890],
  ["Rain coat", 8990],
  ["Wool socks", 1190],
  ["Scarf", 2390],
  ["Bicycle bell", 790],
  ["Pump", 1590],
  ["Chess set", 3290],
  ["Playing cards", 690],
  ["Telescope", 19900],
];

export const products: readonly Product[] = NAMES.map(([name, priceCents]) => ({
  id: name.toLowerCase().replaceAll(" ", "-"),
  name,
  priceCents,
}));

const byId = new Map(products.map((product, index) => [product.id, index]));

export function productIndex(id: string): number | null {
  return byId.get(id) ?? null;
}

/** Users come and go for weeks before a product is gone. */
export const STOCK_AT_START = 10_000_000;
