import type { MeasuredCity } from "./measured-round-trips.ts";

/** One of the planet's 15 locations; number n lives at 127.20.n.0/24 (DESIGN section 10). */
export type PlanetLocation = {
  readonly index: number;
  readonly name: string;
  readonly provider: "aws" | "google" | "azure";
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  /** The edge's address; services and DNS live beside it in the same /24. */
  readonly address: string;
  readonly nameServer: string;
  /** The city of the measured table that it stands in. */
  readonly measuredAt?: MeasuredCity;
};

/** Three clouds, five continents, at the coordinates of the providers' own regions. */
export const planetLocations: readonly PlanetLocation[] = [
  at(1, {
    name: "us-east-1",
    provider: "aws",
    country: "US",
    latitude: 38.95,
    longitude: -77.45,
    measuredAt: "Washington DC",
  }),
  at(2, { name: "us-east-2", provider: "aws", country: "US", latitude: 39.96, longitude: -83.0 }),
  at(3, { name: "us-west-2", provider: "aws", country: "US", latitude: 45.84, longitude: -119.7 }),
  at(4, { name: "ca-central-1", provider: "aws", country: "CA", latitude: 45.5, longitude: -73.57 }),
  at(5, {
    name: "sa-east-1",
    provider: "aws",
    country: "BR",
    latitude: -23.55,
    longitude: -46.63,
    measuredAt: "Sao Paulo",
  }),
  at(6, { name: "eu-west-1", provider: "aws", country: "IE", latitude: 53.35, longitude: -6.26 }),
  at(7, {
    name: "eu-central-1",
    provider: "aws",
    country: "DE",
    latitude: 50.11,
    longitude: 8.68,
    measuredAt: "Frankfurt",
  }),
  at(8, { name: "europe-north1", provider: "google", country: "FI", latitude: 60.57, longitude: 27.19 }),
  at(9, { name: "ap-south-1", provider: "aws", country: "IN", latitude: 19.08, longitude: 72.88 }),
  at(10, { name: "asia-southeast1", provider: "google", country: "SG", latitude: 1.35, longitude: 103.69 }),
  at(11, {
    name: "ap-northeast-1",
    provider: "aws",
    country: "JP",
    latitude: 35.68,
    longitude: 139.69,
    measuredAt: "Tokyo",
  }),
  at(12, {
    name: "australia-southeast1",
    provider: "google",
    country: "AU",
    latitude: -33.87,
    longitude: 151.21,
    measuredAt: "Sydney",
  }),
  at(13, { name: "southafricanorth", provider: "azure", country: "ZA", latitude: -25.73, longitude: 28.22 }),
  at(14, { name: "uaenorth", provider: "azure", country: "AE", latitude: 25.27, longitude: 55.3 }),
  at(15, { name: "us-central1", provider: "google", country: "US", latitude: 41.26, longitude: -95.86 }),
];

function at(index: number, place: Omit<PlanetLocation, "index" | "address" | "nameServer">): PlanetLocation {
  return { index, ...place, address: `127.20.${index}.1`, nameServer: `127.20.${index}.53` };
}
