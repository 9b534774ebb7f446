import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import type { ZoneRules } from "../may-serve.ts";

/** What `houston size` is asked: how little capacity is enough, so that everybody fits when something is lost at the busiest time. */
export type SizeQuestion = {
  readonly locations: readonly {
    readonly name: LocationName;
    readonly provider: string;
    readonly costPerRps: number;
    /** The most it may be planned to carry; null: as much as it takes. */
    readonly mostRps: number | null;
  }[];
  readonly zones: readonly (ZoneRules & { readonly name: ZoneName })[];
  /** The busy times that must fit: one peak, or a week's hours, for the peaks of two continents are not at one time. */
  readonly moments: readonly Moment[];
  /** What may be lost, one of these at a time; nothing at all is always among them. */
  readonly losses: readonly Loss[];
  /** How many milliseconds further than their nearest location users may be while something is lost; null: no limit. */
  readonly furtherMs: number | null;
  /** The same while nothing is lost. */
  readonly calmFurtherMs: number | null;
};

export type Moment = {
  readonly name: string;
  /** Requests a second by class and zone. */
  readonly demandRps: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
};

export type Loss = { readonly name: string; readonly locations: readonly LocationName[] };

export type LossKind = "location" | "pair" | "provider";

/** Every single location, every pair of them, or all of each provider. */
export function lossesOf(
  locations: readonly { readonly name: LocationName; readonly provider: string }[],
  kind: LossKind,
): readonly Loss[] {
  const names = locations.map(({ name }) => name);
  switch (kind) {
    case "location":
      return names.map((name) => ({ name, locations: [name] }));
    case "pair":
      return names.flatMap((first, index) =>
        names.slice(index + 1).map((second) => ({ name: `${first} and ${second}`, locations: [first, second] })),
      );
    case "provider":
      return [...new Set(locations.map(({ provider }) => provider))].map((provider) => ({
        name: `all of ${provider}`,
        locations: locations.filter((each) => each.provider === provider).map(({ name }) => name),
      }));
  }
}
