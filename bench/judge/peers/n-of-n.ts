import type { Peer } from "./peer.ts";

/** "3 of 3 probes failed": so many looks in a row without a good answer. The looks are ours at rest, two a second. */
export const nOfN: Peer<{ inARow: Record<string, number> }> = {
  name: "n of n probes",
  settings: ["1 of 1", "2 of 2", "3 of 3", "4 of 4", "5 of 5", "6 of 6"],
  documented: 2,
  begin: () => ({ inARow: {} }),
  pass: ({ inARow }, { seen }) =>
    [...seen].map(([location, { looks }]) => {
      let most = 0;
      for (const isGood of looks) {
        inARow[location] = isGood ? 0 : (inARow[location] ?? 0) + 1;
        most = Math.max(most, inARow[location]);
      }
      return [1, 2, 3, 4, 5, 6].map((n) => most >= n);
    }),
};
