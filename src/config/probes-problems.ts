import { list, record, type Reference, unknown } from "./references.ts";

/** What the shape of `probes:` alone can't hold. Reads whatever there is. */
export function probesProblems(root: Readonly<Record<string, unknown>>, locations: readonly string[]): Reference[] {
  const { http, blackbox } = record(root["probes"]);
  const from = record(http)["from"];
  const vantages = list(record(blackbox)["vantages"]);
  return [
    ...unknown(from, locations, ["probes", "http", "from"], "location"),
    ...(http !== undefined && root["steering"] === undefined
      ? [
          {
            at: ["probes", "http"],
            code: "no-address",
            says: "where each location is reached is not said",
            fix: "add steering: its addresses are those that are looked at",
          },
        ]
      : []),
    ...vantages.flatMap((vantage, index) => {
      const at = ["probes", "blackbox", "vantages", index];
      const again = vantage === from || vantages.indexOf(vantage) < index;
      return [
        ...unknown(vantage, locations, at, "location"),
        ...(again && typeof vantage === "string"
          ? [
              {
                at,
                code: "vantage-twice",
                says: `${vantage} looks already, and two who stand in one place fail together`,
                fix: "name each place once",
              },
            ]
          : []),
      ];
    }),
  ];
}
