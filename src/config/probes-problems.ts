import { list, record, type Reference, unknown } from "./references.ts";

/** What the shape of `probes:` alone can't hold. Reads whatever there is. */
export function probesProblems(root: Readonly<Record<string, unknown>>, locations: readonly string[]): Reference[] {
  const { http, blackbox, remote } = record(root["probes"]);
  const from = { name: record(http)["from"], at: ["probes", "http", "from"] };
  const others = [
    ...list(record(blackbox)["vantages"]).map((name, index) => ({
      name,
      at: ["probes", "blackbox", "vantages", index],
    })),
    ...list(remote).map((each, index) => ({ name: record(each)["from"], at: ["probes", "remote", index, "from"] })),
  ];
  return [
    ...unknown(from.name, locations, from.at, "location"),
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
    ...others.flatMap(({ name, at }, index) => {
      const again = name === from.name || others.slice(0, index).some((before) => before.name === name);
      return [
        ...unknown(name, locations, at, "location"),
        ...(again && typeof name === "string"
          ? [
              {
                at,
                code: "vantage-twice",
                says: `${name} looks already, and two who stand in one place fail together`,
                fix: "name each place once",
              },
            ]
          : []),
      ];
    }),
  ];
}
