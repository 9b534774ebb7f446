import { expect, test } from "vitest";
import type { Location, Service } from "../estate.ts";
import { graphAt } from "./graph.ts";

const at = (name: string, provider: string): Location => ({
  name,
  provider,
  country: "US",
  latitude: 0,
  longitude: 0,
  capacityRps: 1,
  costPerRps: 0,
});
const resource = (provider: string): Service => ({ layer: "resource", dependsOn: [], provider });
const estate = {
  locations: [at("us-east-1", "aws"), at("us-central1", "google")],
  services: {
    cart: { layer: "service", dependsOn: ["dynamodb", "firestore"] },
    stock: { layer: "service", dependsOn: ["dynamodb", "firestore"] },
    dynamodb: resource("aws"),
    firestore: resource("google"),
  },
  journeys: { buy: { needs: ["cart"] } },
} as const;

test("a location suspects only what its provider has", () => {
  const shared = (location: string): string[] => graphAt(estate, location).sharing.map((each) => each.shared);
  expect(shared("us-east-1")).toEqual(["dynamodb"]);
  expect(shared("us-central1")).toEqual(["firestore"]);
  // A recording may name a place that its header does not: nothing is left out.
  expect(shared("elsewhere")).toEqual(["dynamodb", "firestore"]);
  expect([...graphAt(estate, "us-east-1").calleesOf("cart")]).toEqual(["dynamodb"]);
});
