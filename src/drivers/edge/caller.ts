/**
 * Who called, as far as its address tells. Only other edges may say which way a request came, and only nodes that it
 * is a probe: everybody else's word for that is dropped.
 */
export type Caller =
  | { readonly kind: "zone"; readonly zone: string; readonly oneWayMs: number }
  | {
      readonly kind: "location";
      readonly location: string;
      readonly role: "edge" | "node" | "other";
      readonly oneWayMs: number;
    }
  | { readonly kind: "stranger"; readonly oneWayMs: 0 };

/** `oneWayMs` is a distance to be made up in user space; 0 wherever the network has a distance of its own. */
export type CallerOf = (address: string) => Caller;
