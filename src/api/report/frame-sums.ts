import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Frame } from "../../runtime/frame.ts";
import type { ReportedReceiver, UsersTouched } from "./incident-report.ts";

/** What can be added up from frames: figures that were noted each few seconds, or each minute for what is older than two hours. */

/** A frame stands for the time until the next one; but where none were kept, Houston saw nothing. */
const STANDS_MS_MAX = 60_000;

export function usersFromFrames(
  frames: readonly Frame[],
  about: {
    /** Null: all of them. */
    readonly location: LocationName | null;
    readonly until: UnixMs;
    /** Of a long time not every frame is read: those that are lie so far apart. */
    readonly apartMs: number;
  },
): UsersTouched {
  const standsMsMax = Math.max(STANDS_MS_MAX, 2 * about.apartMs);
  let [requests, failed] = [0, 0];
  frames.forEach((frame, index) => {
    const seconds = Math.min(standsMsMax, Math.max(0, (frames[index + 1]?.at ?? about.until) - frame.at)) / 1000;
    for (const place of frame.locations) {
      if (about.location !== null && place.name !== about.location) continue;
      requests += place.servedRps * seconds;
      failed += place.servedRps * place.failedRatio * seconds;
    }
  });
  const where = about.location === null ? "all locations" : about.location;
  const instead =
    about.location === null
      ? "This is"
      : `The node of ${where} did not hand out its readings of that time, or they are more than is read here, so this is`;
  return {
    location: about.location,
    counted: "from-frames",
    requests: Math.round(requests),
    failed: Math.round(failed),
    slow: null,
    slowMs: null,
    how: `${instead} worked out: served requests a second and the share of them that failed in ${where}, as noted each few seconds, times the time between. What got no answer at all is not among it.`,
  };
}

/** Who took the location's traffic, and how full that made them at worst while they had any of it; the fullest first. */
export function receiversOf(
  frames: readonly Frame[],
  about: { readonly location: LocationName; readonly openedAt: UnixMs },
): readonly ReportedReceiver[] {
  const receivers = new Map<LocationName, ReportedReceiver>();
  for (const frame of frames) {
    if (frame.at < about.openedAt) continue;
    for (const { from, to, rps } of frame.flows) {
      if (from !== about.location) continue;
      const place = frame.locations.find(({ name }) => name === to);
      const utilisation = place === undefined || place.readyRps === 0 ? 0 : place.servedRps / place.readyRps;
      const known = receivers.get(to) ?? { name: to, tookRps: 0, worstUtilisation: -1, worstAt: frame.at };
      const worse = utilisation > known.worstUtilisation;
      receivers.set(to, {
        name: to,
        tookRps: Math.max(known.tookRps, rps),
        worstUtilisation: worse ? utilisation : known.worstUtilisation,
        worstAt: worse ? frame.at : known.worstAt,
      });
    }
  }
  return [...receivers.values()].sort((a, b) => b.worstUtilisation - a.worstUtilisation || (a.name < b.name ? -1 : 1));
}
