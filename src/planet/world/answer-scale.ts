import type { LocationName } from "../../core/estate.ts";
import type { AdminAnswer } from "../admin-server.ts";
import type { Scaler } from "./capacity.ts";

/** What the world's admin port answers to `POST /scale`: 202 it is accepted, 409 the provider gives no more. */
export function answerScale(ask: {
  readonly scale: Scaler;
  readonly location: LocationName;
  readonly targetRps: number;
  readonly nowMs: number;
}): AdminAnswer {
  const { scale, location, targetRps, nowMs } = ask;
  if (scale.scaleTo(targetRps, nowMs) === "accepted") return { status: 202, body: scale.capacity(nowMs) };
  const readyRps = Math.round(scale.readyRps(nowMs));
  return {
    status: 409,
    body: { code: "quota", says: `the provider gives ${location} no more than ${readyRps} requests a second` },
  };
}
