import type { MeasuredCity } from "./measured-round-trips.ts";

/** Users who are alike for the network; zone z asks from 127.30.z.0/24 on this machine. */
export type PlanetZone = {
  readonly index: number;
  readonly name: string;
  readonly country: string;
  /** Its part of the planet's demand over a day: internet users in millions times `spend`. */
  readonly weight: number;
  readonly usersMillions: number;
  readonly spend: number;
  readonly latitude: number;
  readonly longitude: number;
  /** From UTC, standard time. */
  readonly utcOffsetHours: number;
  readonly subnet: string;
  readonly resolver: string;
  readonly clients: string;
  readonly measuredAt?: MeasuredCity;
};

/** Thousands of dollars a head and year, the world over. */
const INCOME_WORLD = 13.7;

/** The shop's market, not a fact about the world: known best at home, little or not at all behind walls. */
const REACH: Readonly<Record<string, number>> = { US: 1.3, CA: 1.3, CN: 0.25, RU: 0.3, IR: 0.2 };

/** Name, country, internet users in millions, income in thousands, latitude, longitude, hours from UTC; a measured city. */
type Row = readonly [string, string, number, number, number, number, number, MeasuredCity?];

/**
 * The world's internet users, after the ITU's and the World Bank's figures for 2023 and 2024, rounded; big countries in
 * pieces, small ones with their neighbours (`country` is the largest). A shop's demand follows money as well as heads, so
 * a zone's weight is its users times `spend`: yearly income a head in thousands of dollars over the world's (INCOME_WORLD),
 * times REACH where a shop of the American kind sells more or less than that.
 */
const ROWS: readonly Row[] = [
  ["us-northeast", "US", 47, 82, 40.71, -74.01, -5],
  ["us-mid-atlantic", "US", 32, 82, 38.91, -77.04, -5, "Washington DC"],
  ["us-southeast", "US", 35, 72, 33.75, -84.39, -5],
  ["us-florida", "US", 21, 72, 25.76, -80.19, -5],
  ["us-great-lakes", "US", 44, 76, 41.88, -87.63, -6],
  ["us-plains", "US", 20, 75, 39.1, -94.58, -6],
  ["us-texas", "US", 36, 76, 32.78, -96.8, -6, "Dallas"],
  ["us-mountain", "US", 23, 74, 39.74, -104.99, -7],
  ["us-california", "US", 37, 95, 34.05, -118.24, -8],
  ["us-northwest", "US", 13, 92, 47.61, -122.33, -8],
  ["canada-east", "CA", 26, 53, 43.65, -79.38, -5, "Toronto"],
  ["canada-west", "CA", 11, 55, 49.28, -123.12, -8],
  ["mexico", "MX", 107, 13.8, 19.43, -99.13, -6],
  ["central-america", "GT", 30, 6.5, 14.63, -90.51, -6],
  ["caribbean", "DO", 18, 10, 18.49, -69.93, -4],
  ["colombia", "CO", 40, 7, 4.71, -74.07, -5],
  ["peru-ecuador", "PE", 40, 7.2, -12.05, -77.04, -5],
  ["chile", "CL", 18, 17, -33.45, -70.67, -4],
  ["argentina", "AR", 41, 13.7, -34.6, -58.38, -3],
  ["brazil-southeast", "BR", 95, 11.5, -23.55, -46.63, -3, "Sao Paulo"],
  ["brazil-south", "BR", 28, 11, -30.03, -51.23, -3],
  ["brazil-northeast", "BR", 59, 6.5, -8.05, -34.88, -3],
  ["united-kingdom", "GB", 66, 49, 51.51, -0.13, 0, "London"],
  ["ireland", "IE", 5, 70, 53.35, -6.26, 0],
  ["france", "FR", 58, 45, 48.86, 2.35, 1],
  ["spain", "ES", 46, 33, 40.42, -3.7, 1, "Madrid"],
  ["portugal", "PT", 9, 28, 38.72, -9.14, 0],
  ["germany", "DE", 78, 53, 50.11, 8.68, 1, "Frankfurt"],
  ["benelux", "NL", 29, 60, 52.37, 4.9, 1],
  ["switzerland-austria", "CH", 17, 78, 47.38, 8.54, 1],
  ["italy", "IT", 51, 39, 45.46, 9.19, 1],
  ["denmark-norway", "DK", 11, 76, 55.68, 12.57, 1],
  ["sweden", "SE", 10, 56, 59.33, 18.07, 1],
  ["finland-baltics", "FI", 11, 40, 60.17, 24.94, 2],
  ["poland", "PL", 33, 22, 52.23, 21.01, 1],
  ["czechia-hungary", "CZ", 22, 26, 50.08, 14.44, 1],
  ["balkans", "RO", 34, 15, 44.43, 26.1, 2],
  ["greece", "GR", 9, 23, 37.98, 23.73, 2],
  ["ukraine", "UA", 30, 5, 50.45, 30.52, 2],
  ["russia-west", "RU", 92, 14, 55.76, 37.62, 3],
  ["russia-east", "RU", 38, 13, 55.03, 82.92, 7],
  ["turkey", "TR", 73, 13, 41.01, 28.98, 3],
  ["israel", "IL", 8.5, 52, 32.08, 34.78, 2],
  ["saudi-arabia", "SA", 36, 32, 24.71, 46.68, 3],
  ["gulf", "AE", 19, 45, 25.2, 55.27, 4],
  ["iraq-levant", "IQ", 52, 5, 33.31, 44.36, 3],
  ["iran", "IR", 73, 4.5, 35.69, 51.39, 3.5],
  ["egypt", "EG", 82, 3.5, 30.04, 31.24, 2],
  ["maghreb", "MA", 76, 4.3, 33.57, -7.59, 1],
  ["nigeria", "NG", 103, 1.6, 6.52, 3.38, 1],
  ["west-africa", "GH", 80, 2, 5.6, -0.19, 0],
  ["east-africa", "KE", 75, 1.7, -1.29, 36.82, 3],
  ["south-africa", "ZA", 45, 6.2, -26.2, 28.05, 2],
  ["southern-africa", "ZM", 25, 1.6, -15.39, 28.32, 2],
  ["pakistan", "PK", 100, 1.4, 24.86, 67, 5],
  ["india-north", "IN", 330, 2.3, 28.61, 77.21, 5.5],
  ["india-west", "IN", 220, 3.2, 19.08, 72.88, 5.5],
  ["india-south", "IN", 220, 3.6, 12.97, 77.59, 5.5],
  ["india-east", "IN", 110, 1.7, 22.57, 88.36, 5.5],
  ["bangladesh", "BD", 75, 2.6, 23.81, 90.41, 6],
  ["thailand", "TH", 63, 7.2, 13.76, 100.5, 7],
  ["vietnam", "VN", 78, 4.3, 21.03, 105.85, 7],
  ["malaysia-singapore", "MY", 39, 20, 3.14, 101.69, 8],
  ["indonesia", "ID", 212, 5, -6.21, 106.85, 7],
  ["philippines", "PH", 85, 3.9, 14.6, 120.98, 8],
  ["china-north", "CN", 320, 13.5, 39.9, 116.41, 8],
  ["china-east", "CN", 300, 18, 31.23, 121.47, 8],
  ["china-south", "CN", 250, 14, 23.13, 113.26, 8],
  ["china-west", "CN", 220, 9.6, 30.57, 104.07, 8],
  ["taiwan", "TW", 22, 33, 25.03, 121.57, 8],
  ["korea", "KR", 50, 35, 37.57, 126.98, 9],
  ["japan-east", "JP", 70, 36, 35.68, 139.69, 9, "Tokyo"],
  ["japan-west", "JP", 36, 31, 34.69, 135.5, 9, "Osaka"],
  ["central-asia", "KZ", 45, 7, 43.24, 76.89, 5],
  ["australia-east", "AU", 20, 65, -33.87, 151.21, 10, "Sydney"],
  ["australia-west", "AU", 4, 68, -31.95, 115.86, 8],
  ["new-zealand", "NZ", 5, 48, -36.85, 174.76, 12],
];

/** Zone z is the z-th row, from 1: its place in the table is its address, so new ones go to the end. */
export const planetZones: readonly PlanetZone[] = ROWS.map((row, place) => zoneOf(place + 1, row));

function zoneOf(index: number, row: Row): PlanetZone {
  const [name, country, usersMillions, incomeThousands, latitude, longitude, utcOffsetHours, measuredAt] = row;
  const spend = (incomeThousands / INCOME_WORLD) * (REACH[country] ?? 1);
  return {
    index,
    name,
    country,
    usersMillions,
    latitude,
    longitude,
    utcOffsetHours,
    ...(measuredAt === undefined ? {} : { measuredAt }),
    spend,
    weight: usersMillions * spend,
    subnet: `198.18.${index}.0/24`,
    resolver: `127.30.${index}.53`,
    clients: `127.30.${index}.0/24`,
  };
}
