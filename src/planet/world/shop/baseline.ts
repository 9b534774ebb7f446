import type { Baseline } from "../../../core/judge/usual.ts";
import { shopServices } from "./graph.ts";

/** Of users' requests: some break off by themselves. */
const USERS_FAIL = 0.001;
const PARTS_FAIL = 0.0005;

/**
 * What is usual for the shop, made by hand: no day of past stands behind it, so it carries no promise. It bounds what usually
 * fails; how long things take is learnt in the first minute, relative to the other locations.
 */
export const shopBaseline: Baseline = {
  promise: "none",
  services: Object.fromEntries(
    Object.keys(shopServices).map((name) => [
      name,
      { errorRatio: name === "edge" ? USERS_FAIL : PARTS_FAIL, logMs: null, logSd: null },
    ]),
  ),
};
