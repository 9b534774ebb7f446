import type { Journey, Service } from "../../../core/estate.ts";

/**
 * What the shop is made of: its services and resources, who needs whom, and where each listens in the location's /24.
 * Houston learns its dependency graph from this very table.
 */
export const serviceHosts = {
  web: 10,
  catalog: 11,
  search: 12,
  recommend: 13,
  cart: 14,
  session: 15,
  pricing: 16,
  stock: 17,
  checkout: 18,
  payment: 19,
  orders: 20,
  email: 21,
  profile: 22,
} as const;
export type ServiceName = keyof typeof serviceHosts;

/** `store` is what each cloud calls its own: see storeName. */
export const resourceHosts = { store: 40, cache: 41, queue: 42, disk: 43 } as const;
export type ResourceName = keyof typeof resourceHosts;

export type Provider = "aws" | "google" | "azure";
const STORE_NAMES: Readonly<Record<Provider, string>> = { aws: "dynamodb", google: "firestore", azure: "cosmosdb" };

/** The store under the name that its provider gives it. */
export function storeName(provider: Provider): string {
  return STORE_NAMES[provider];
}

/** All that listens inside a location of this provider, by name: what a fault there may be about. */
export function innerServices(provider: Provider): readonly string[] {
  const resources = Object.keys(resourceHosts).map((name) => (name === "store" ? storeName(provider) : name));
  return [...Object.keys(serviceHosts), ...resources];
}

const STORES = Object.values(STORE_NAMES);
const service = (...dependsOn: readonly string[]): Service => ({ layer: "service", dependsOn });
const resource: Service = { layer: "resource", dependsOn: [] };
const storeOf = (provider: Provider): Service => ({ ...resource, provider });

/** The graph for every cloud at once: a location has one of the three stores. */
export const shopServices: Readonly<Record<string, Service>> = {
  edge: { layer: "edge", dependsOn: ["web", "catalog", "cart", "checkout", "orders"] },
  web: service("cache", "recommend", "profile"),
  catalog: service("cache", "search", "pricing", ...STORES),
  search: service("disk"),
  recommend: service(...STORES),
  cart: service("session", "stock", "pricing"),
  session: service(...STORES),
  pricing: service("cache"),
  stock: service(...STORES),
  checkout: service("stock", "payment", "orders"),
  payment: service(),
  orders: service("email", "disk", ...STORES),
  email: service("queue"),
  profile: service("cache"),
  dynamodb: storeOf("aws"),
  firestore: storeOf("google"),
  cosmosdb: storeOf("azure"),
  cache: resource,
  queue: resource,
  disk: resource,
};

/** What users do, with the services it can't be done without. */
export const shopJourneys: Readonly<Record<string, Journey>> = {
  browse: { needs: ["edge", "web", "catalog"] },
  fill: { needs: ["edge", "cart", "session", "stock"] },
  buy: { needs: ["edge", "cart", "checkout", "stock", "payment", "orders"] },
  follow: { needs: ["edge", "orders"] },
};
