import { expect, test } from "vitest";
import { planetLocations } from "../../planet/geography/locations.ts";
import { KNOWN_REGIONS, regionIn } from "./known-regions.ts";

test("each region is there once, on the map, and where the planet has it too", () => {
  expect(new Set(KNOWN_REGIONS.map(({ name }) => name)).size).toBe(KNOWN_REGIONS.length);
  for (const { country, latitude, longitude } of KNOWN_REGIONS) {
    expect(country).toMatch(/^[A-Z]{2}$/);
    expect(Math.abs(latitude)).toBeLessThan(70);
    expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
  }
  for (const place of planetLocations) {
    const known = regionIn(place.name);
    expect(known, place.name).toMatchObject({ provider: place.provider, country: place.country });
    expect(Math.abs(known!.latitude - place.latitude), place.name).toBeLessThan(1.5);
    expect(Math.abs(known!.longitude - place.longitude), place.name).toBeLessThan(1.5);
  }
});

test.each([
  ["us-east-1", "us-east-1"],
  ["us-east-1a", "us-east-1"],
  ["europe-west4-b", "europe-west4"],
  ["prod-us-east-1", "us-east-1"],
  ["arn:aws:eks:eu-central-1:123456789012:cluster/shop", "eu-central-1"],
  ["gke_shop_europe-west4_web", "europe-west4"],
  ["shop-dns-1a2b.hcp.eastus2.azmk8s.io", "eastus2"],
  ["US-WEST-2", "us-west-2"],
  ["us-east-12", null],
  ["europe-west12", "europe-west12"],
  ["frankfurt", null],
  ["us-east-1-to-us-west-2", null],
  ["", null],
])("%s names %s", (text, region) => {
  expect(regionIn(text)?.name ?? null).toBe(region);
});
