import type { Order, Pinned } from "./order.ts";
import { percent } from "./control/words.ts";

/** An order as a person would say it, the same in every face: `evacuate 5 % of PUBLIC of us-east-1 for 10 min`. */
export function orderWords(order: Order): string {
  switch (order.kind) {
    case "evacuate": {
      const { location, share, class: className } = order;
      const what = [
        ...(share === undefined ? [] : [percent(share)]),
        ...(className === undefined ? [] : [className.toUpperCase()]),
        location,
      ];
      return `evacuate ${what.join(" of ")}${forWords(order)}`;
    }
    case "restore":
      return `restore ${order.location}`;
    case "hold":
      return `hold ${order.location ?? "everything"}${forWords(order)}`;
    case "release":
      return order.location === undefined ? "release" : `release ${order.location}`;
    case "mode":
      return `mode ${order.mode}${forWords(order)}`;
    case "force":
      return `force ${order.location} ${order.to}${forWords(order)}${whyWords(order)}`;
    case "pin":
      return `pin ${pinnedWords(order)} ${order.location}${ofClass(order)}${forWords(order)}${whyWords(order)}`;
    case "unpin":
      return `unpin ${pinnedWords(order)}${ofClass(order)}`;
    case "weight":
      return `weight ${order.location} ${percent(order.share)}${ofClass(order)}${forWords(order)}${whyWords(order)}`;
    case "answer":
      return `answer ${order.choice} to ${order.question}`;
  }
}

const forWords = ({ forSeconds }: { readonly forSeconds?: number }): string =>
  forSeconds === undefined ? "" : ` for ${spanWords(forSeconds)}`;

export const pinnedWords = ({ what, name }: Pinned): string => `${what} ${name}`;

const ofClass = (order: { readonly class?: string }): string =>
  order.class === undefined ? "" : ` --class ${order.class}`;

/** A reason ends an order: it may hold any words. */
const whyWords = ({ why }: { readonly why?: string }): string => (why === undefined ? "" : ` --why ${why}`);

/** In the largest unit that says it exactly: what was ordered is not rounded. */
export function spanWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds % each === 0)!;
  return `${seconds / length} ${unit}`;
}

const UNITS = [
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;
