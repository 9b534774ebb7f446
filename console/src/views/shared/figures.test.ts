import { expect, test } from "vitest";
import { added, amount, counted, fullness, listed, millis, percent, rps, seconds } from "./figures.ts";

test.each([
  [percent(0), "0 %"],
  [percent(0.00004), "under 0.01 %"],
  [percent(0.0014), "0.14 %"],
  [percent(0.041), "4.1 %"],
  [percent(0.5), "50 %"],
  // Never rounded up to "all".
  [percent(0.9996), "99.9 %"],
  [percent(1), "100 %"],
  [fullness(0.849), "85 %"],
  [amount(1240.4), "1,240"],
  [amount(0.25), "0.3"],
  [rps(12), "12 rps"],
  [millis(0.63), "0.6 ms"],
  [millis(2431), "2,431 ms"],
  [millis(12_345), "12 s"],
  [seconds(9_400), "9.4 s"],
  [seconds(99_000), "99 s"],
  [seconds(125_000), "2 min 5 s"],
  [seconds(7_200_000), "2 h"],
  [seconds(3 * 86_400_000), "3 d 0 h"],
  [added(9), "+9 ms"],
  [added(-3), "−3 ms"],
  [counted(1, "place"), "1 place"],
  [counted(1240, "place"), "1,240 places"],
  [listed(["a", "b", "c"]), "a, b and c"],
  [listed([]), "nobody"],
])("%s", (read, wanted) => {
  expect(read).toBe(wanted);
});
