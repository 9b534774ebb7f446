/**
 * Where the regions of the large providers are. The places are those that the providers name in their own lists, the coordinates those of the
 * place: good for distances between cities, not for more.
 *
 * Amazon: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 * Google: https://cloud.google.com/compute/docs/regions-zones
 * Azure: https://learn.microsoft.com/azure/reliability/regions-list (`az account list-locations` has the same places)
 */
export type KnownRegion = {
  readonly name: string;
  readonly provider: "aws" | "google" | "azure";
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
};

type Row = readonly [name: string, country: string, latitude: number, longitude: number];

const AWS: readonly Row[] = [
  ["us-east-1", "US", 38.95, -77.45],
  ["us-east-2", "US", 39.96, -83],
  ["us-west-1", "US", 37.35, -121.96],
  ["us-west-2", "US", 45.84, -119.7],
  ["ca-central-1", "CA", 45.5, -73.57],
  ["ca-west-1", "CA", 51.05, -114.07],
  ["mx-central-1", "MX", 20.59, -100.39],
  ["sa-east-1", "BR", -23.55, -46.63],
  ["eu-west-1", "IE", 53.35, -6.26],
  ["eu-west-2", "GB", 51.51, -0.13],
  ["eu-west-3", "FR", 48.86, 2.35],
  ["eu-central-1", "DE", 50.11, 8.68],
  ["eu-central-2", "CH", 47.38, 8.54],
  ["eu-north-1", "SE", 59.33, 18.07],
  ["eu-south-1", "IT", 45.46, 9.19],
  ["eu-south-2", "ES", 41.65, -0.89],
  ["af-south-1", "ZA", -33.92, 18.42],
  ["me-south-1", "BH", 26.07, 50.56],
  ["me-central-1", "AE", 24.45, 54.38],
  ["il-central-1", "IL", 32.09, 34.78],
  ["ap-south-1", "IN", 19.08, 72.88],
  ["ap-south-2", "IN", 17.39, 78.49],
  ["ap-southeast-1", "SG", 1.35, 103.82],
  ["ap-southeast-2", "AU", -33.87, 151.21],
  ["ap-southeast-3", "ID", -6.21, 106.85],
  ["ap-southeast-4", "AU", -37.81, 144.96],
  ["ap-southeast-5", "MY", 3.14, 101.69],
  ["ap-southeast-7", "TH", 13.76, 100.5],
  ["ap-northeast-1", "JP", 35.68, 139.69],
  ["ap-northeast-2", "KR", 37.57, 126.98],
  ["ap-northeast-3", "JP", 34.69, 135.5],
  ["ap-east-1", "HK", 22.32, 114.17],
];

const GOOGLE: readonly Row[] = [
  ["us-central1", "US", 41.26, -95.86],
  ["us-east1", "US", 33.2, -80.01],
  ["us-east4", "US", 39.04, -77.49],
  ["us-east5", "US", 39.96, -83],
  ["us-south1", "US", 32.78, -96.8],
  ["us-west1", "US", 45.6, -121.18],
  ["us-west2", "US", 34.05, -118.24],
  ["us-west3", "US", 40.76, -111.89],
  ["us-west4", "US", 36.17, -115.14],
  ["northamerica-northeast1", "CA", 45.5, -73.57],
  ["northamerica-northeast2", "CA", 43.65, -79.38],
  ["northamerica-south1", "MX", 20.59, -100.39],
  ["southamerica-east1", "BR", -23.52, -46.88],
  ["southamerica-west1", "CL", -33.45, -70.67],
  ["europe-west1", "BE", 50.45, 3.82],
  ["europe-west2", "GB", 51.51, -0.13],
  ["europe-west3", "DE", 50.11, 8.68],
  ["europe-west4", "NL", 53.44, 6.83],
  ["europe-west6", "CH", 47.38, 8.54],
  ["europe-west8", "IT", 45.46, 9.19],
  ["europe-west9", "FR", 48.86, 2.35],
  ["europe-west10", "DE", 52.52, 13.4],
  ["europe-west12", "IT", 45.07, 7.69],
  ["europe-central2", "PL", 52.23, 21.01],
  ["europe-north1", "FI", 60.57, 27.19],
  ["europe-north2", "SE", 59.33, 18.07],
  ["europe-southwest1", "ES", 40.42, -3.7],
  ["me-west1", "IL", 32.09, 34.78],
  ["me-central1", "QA", 25.29, 51.53],
  ["me-central2", "SA", 26.42, 50.09],
  ["africa-south1", "ZA", -26.2, 28.05],
  ["asia-south1", "IN", 19.08, 72.88],
  ["asia-south2", "IN", 28.61, 77.21],
  ["asia-southeast1", "SG", 1.35, 103.69],
  ["asia-southeast2", "ID", -6.21, 106.85],
  ["asia-east1", "TW", 24.05, 120.52],
  ["asia-east2", "HK", 22.32, 114.17],
  ["asia-northeast1", "JP", 35.68, 139.69],
  ["asia-northeast2", "JP", 34.69, 135.5],
  ["asia-northeast3", "KR", 37.57, 126.98],
  ["australia-southeast1", "AU", -33.87, 151.21],
  ["australia-southeast2", "AU", -37.81, 144.96],
];

const AZURE: readonly Row[] = [
  ["eastus", "US", 37.37, -79.82],
  ["eastus2", "US", 36.67, -78.39],
  ["centralus", "US", 41.59, -93.62],
  ["northcentralus", "US", 41.88, -87.63],
  ["southcentralus", "US", 29.42, -98.5],
  ["westcentralus", "US", 40.89, -110.23],
  ["westus", "US", 37.78, -122.42],
  ["westus2", "US", 47.23, -119.85],
  ["westus3", "US", 33.45, -112.07],
  ["canadacentral", "CA", 43.65, -79.38],
  ["canadaeast", "CA", 46.82, -71.22],
  ["mexicocentral", "MX", 20.59, -100.39],
  ["brazilsouth", "BR", -23.55, -46.63],
  ["northeurope", "IE", 53.35, -6.26],
  ["westeurope", "NL", 52.37, 4.9],
  ["uksouth", "GB", 51.51, -0.13],
  ["ukwest", "GB", 51.48, -3.18],
  ["francecentral", "FR", 48.86, 2.35],
  ["germanywestcentral", "DE", 50.11, 8.68],
  ["switzerlandnorth", "CH", 47.38, 8.54],
  ["norwayeast", "NO", 59.91, 10.75],
  ["swedencentral", "SE", 60.67, 17.14],
  ["polandcentral", "PL", 52.23, 21.01],
  ["italynorth", "IT", 45.46, 9.19],
  ["spaincentral", "ES", 40.42, -3.7],
  ["israelcentral", "IL", 32.09, 34.78],
  ["qatarcentral", "QA", 25.29, 51.53],
  ["uaenorth", "AE", 25.2, 55.27],
  ["southafricanorth", "ZA", -25.73, 28.22],
  ["centralindia", "IN", 18.52, 73.86],
  ["southindia", "IN", 13.08, 80.27],
  ["westindia", "IN", 19.08, 72.88],
  ["southeastasia", "SG", 1.35, 103.82],
  ["eastasia", "HK", 22.32, 114.17],
  ["japaneast", "JP", 35.68, 139.69],
  ["japanwest", "JP", 34.69, 135.5],
  ["koreacentral", "KR", 37.57, 126.98],
  ["koreasouth", "KR", 35.18, 129.08],
  ["australiaeast", "AU", -33.87, 151.21],
  ["australiasoutheast", "AU", -37.81, 144.96],
  ["australiacentral", "AU", -35.28, 149.13],
  ["newzealandnorth", "NZ", -36.85, 174.76],
];

const of = (provider: KnownRegion["provider"], rows: readonly Row[]): readonly KnownRegion[] =>
  rows.map(([name, country, latitude, longitude]) => ({ name, provider, country, latitude, longitude }));

export const KNOWN_REGIONS: readonly KnownRegion[] = [
  ...of("aws", AWS),
  ...of("google", GOOGLE),
  ...of("azure", AZURE),
];

/**
 * The region that a text names: `us-east-1` itself, its availability zone `us-east-1a` or `europe-west4-b`, or a name that it is a part of
 * (`prod-us-east-1`, `gke_shop_europe-west4_web`). Null: none; of several the longest, and of two alike none.
 */
export function regionIn(text: string): KnownRegion | null {
  const lower = text.toLowerCase();
  const found = KNOWN_REGIONS.filter(({ name }) => namesRegion(lower, name));
  const longest = Math.max(0, ...found.map(({ name }) => name.length));
  const best = found.filter(({ name }) => name.length === longest);
  return best.length === 1 ? best[0]! : null;
}

/** Neither a letter nor a digit stands beside it, but for the letter of an availability zone. */
function namesRegion(text: string, region: string): boolean {
  const at = text.indexOf(region);
  if (at === -1) return false;
  const [before, after] = [text.slice(0, at), text.slice(at + region.length)];
  return !/[a-z0-9]$/.test(before) && /^(?:[a-f])?(?![a-z0-9])/.test(after);
}
