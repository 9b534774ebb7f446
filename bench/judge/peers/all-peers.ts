import { envoyConsecutive, envoySuccessRate } from "./envoy.ts";
import { nOfN } from "./n-of-n.ts";
import type { Peer } from "./peer.ts";
import { zScore } from "./z-score.ts";

/** All that decide by themselves; burn rates are Prometheus' (burn-rate.ts). */
export const PEERS = [nOfN, envoyConsecutive, envoySuccessRate, zScore(3600), zScore(86_400)] as readonly Peer[];
