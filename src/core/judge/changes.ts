import type { Outlook, OwnView, Summary } from "../summary.ts";
import type { Change, Verdict } from "../verdict.ts";
import {
  DEPLOY_RECENT_MS,
  FOLLOWS_WITHIN_MS,
  leastSharing,
  sharedDeploy,
  type SharedDeploy,
  type World,
} from "./around.ts";
import { HEALTHY_BAR_NATS, marginHurt } from "./bar.ts";
import { percent } from "./because.ts";
import { majorityOf } from "../route/notice.ts";
import { isFresh } from "./loss.ts";
import { isOverloaded, OVERLOADED_FROM } from "./overloaded.ts";

/**
 * What would change our mind? Every verdict names it, with the figures that are missing now: like a doctor who says "come back if the
 * fever lasts over Thursday", and not only "go home". Nothing is said that the rules (scope.ts) and the judge's own figures (outlook.ts)
 * do not bear out; where a node tells no figures, none are made up.
 */
export function changesOf(world: World, summary: Summary | undefined, verdict: Judged): readonly Change[] {
  if (verdict.because[0]?.signal === "probe" && world.losses.has(verdict.location))
    return [answersAgain(world, verdict)];
  if (summary === undefined) return [{ to: "location", says: "its node reporting" }, ...unreachable(world, verdict)];
  const { own } = summary;
  switch (verdict.scope) {
    case "watcher":
      return [{ to: "location", says: heardAgain(world, summary) }, ...unreachable(world, verdict)];
    case "follows-the-traffic":
      return [...followsNoMore(world, verdict), ...recovers(own, verdict)];
    case "overload":
      return [hasRoom(own), ...recovers(own, verdict)];
    case "everywhere":
    case "dependency":
      return [onlyHere(world, own), ...recovers(own, verdict)];
    case "deploy":
      return [
        ...(verdict.action === "hold" ? sickWithoutIt(world) : [onlyHere(world, own)]),
        ...recovers(own, verdict),
      ];
    case "path":
      if (verdict.causes[0]?.layer === "network")
        return [
          { to: "location", says: "more than 30 % of the trouble being that of other networks' users" },
          ...(own.verdict === "failing" ? recovers(own, verdict) : worsens(world, own)),
        ];
      return [...unreachable(world, verdict), ...worsens(world, own)];
    case "unknown":
      return [{ to: "location", says: "requests being counted that fail or are slow: gauges alone move nobody" }];
    case "location":
    case "provider":
      return own.verdict === "failing" ? recovers(own, verdict) : worsens(world, own);
  }
}

type Judged = Omit<Verdict, "wouldChange">;

/** What is missing for a verdict of failing. */
function worsens({ estate }: World, own: OwnView): readonly Change[] {
  const { evidenceNats, barNats, outlook } = own;
  const missing = Math.round((barNats - evidenceNats) * 10) / 10;
  if (missing > 0) return [{ to: "failing", nats: missing, ...moreNats(missing, outlook) }];
  if (outlook === undefined) return [];
  const margin = marginHurt(estate);
  const hurt = percent(outlook.movableHurt);
  return [
    { to: "failing", says: `${percent(margin)} of users' requests being hurt more than elsewhere; now it is ${hurt}` },
  ];
}

function moreNats(missing: number, outlook: Outlook | undefined): Pick<Change, "says" | "seconds"> {
  const more = `${missing.toFixed(1)} nats more`;
  if (outlook === undefined) return { says: more };
  const { natsPerSecond, fault } = outlook;
  if (natsPerSecond >= GROWS_FROM) {
    const seconds = Math.ceil(missing / natsPerSecond);
    return {
      says: `${more}: at the pace of the last seconds, ${natsPerSecond.toFixed(1)} a second, in about ${seconds} s`,
      seconds,
    };
  }
  if (fault === undefined) return { says: more };
  const { service, rps, failing } = fault;
  return {
    says: `${more}: if ${percent(failing)} of ${service}'s ${Math.round(rps)} requests a second failed, it would be certain after about ${fault.seconds} s`,
  };
}

/** What is missing for it to be well again. */
function recovers({ healthyNats, outlook }: OwnView, { verdict, evidenceNats, barNats }: Judged): readonly Change[] {
  if (verdict === "healthy") return [];
  const recovery = outlook?.recovery;
  if (recovery === undefined) {
    if (verdict === "shaky" || evidenceNats < barNats / 2) return [];
    return [{ to: "healthy", says: `its evidence falling below ${(barNats / 2).toFixed(1)} nats, half the bar` }];
  }
  const missing = Math.max(0, Math.round((HEALTHY_BAR_NATS - healthyNats) * 10) / 10);
  const { service, failingBelow, slowerBelow, natsPerSecond } = recovery;
  const looks = [
    ...(failingBelow === undefined ? [] : [`fewer than ${percent(failingBelow)} of its requests failing`]),
    ...(slowerBelow === undefined ? [] : [`less than x${slowerBelow.toFixed(2)} of its usual time`]),
  ].join(" and ");
  const proof = `${missing.toFixed(1)} nats of proof that ${service} is well`;
  if (natsPerSecond <= 0)
    return [{ to: "healthy", nats: missing, says: `${proof}: it has too little traffic to prove it` }];
  const seconds = Math.ceil(missing / natsPerSecond);
  return [
    {
      to: "healthy",
      nats: missing,
      seconds,
      says: `${proof}: ${seconds} s as usual at least; what counts is ${looks}`,
    },
  ];
}

/** Of what most suffer at once: so many must be well again, while this one is not. */
function onlyHere({ worse, overloaded, fresh }: World, own: OwnView): Change {
  const alike = isOverloaded(own) ? overloaded.length : worse.length;
  const wellAgain = Math.max(1, alike - Math.floor(fresh.length / 2));
  const nats = Math.max(0, Math.round((own.barNats - own.evidenceNats) * 10) / 10);
  const says = `${wellAgain} of the ${alike} being as usual again while it is not, and ${own.barNats.toFixed(1)} nats against the others: now there are ${own.evidenceNats.toFixed(1)}`;
  return { to: "location", nats, says };
}

/** Of a version that travels: so many must sicken that have not got it. */
function sickWithoutIt(world: World): readonly Change[] {
  const sick = world.fresh.filter((each) => each.own.verdict !== "healthy");
  const deploy = sharedDeploy(world, sick);
  if (deploy === null) return [];
  let more = 1;
  while (deploy.locations >= leastSharing(sick.length + more)) more += 1;
  const places = more === 1 ? "one place" : `${more} places`;
  const seconds = newFor(world, deploy, sick);
  return [
    { to: "location", says: `${places} more sickening without ${deploy.service} ${deploy.version}` },
    {
      to: "location",
      seconds,
      says: `being sick for ${Math.ceil(seconds / 60)} min more: then that version is no longer new in most of them`,
    },
  ];
}

/** For how many seconds enough of the sick will have got it lately. */
function newFor({ at }: World, deploy: SharedDeploy, sick: readonly Summary[]): number {
  const arrived = sick
    .flatMap(({ own }) => own.deploys)
    .filter((each) => each.service === deploy.service && each.version === deploy.version)
    .map((each) => each.at + DEPLOY_RECENT_MS - at)
    .filter((leftMs) => leftMs >= 0)
    .sort((a, b) => a - b);
  return Math.ceil((arrived[deploy.locations - leastSharing(sick.length)] ?? 0) / 1000);
}

/** A move says nothing of what begins long after it. */
function followsNoMore({ moved, at }: World, { location }: Pick<Verdict, "location">): readonly Change[] {
  const last = moved.findLast(({ from, to }) => from === location || to === location);
  if (last === undefined) return [];
  const seconds = Math.max(0, Math.ceil((last.at + FOLLOWS_WITHIN_MS - at) / 1000));
  const says = `${last.to} being as usual again; and from ${FOLLOWS_WITHIN_MS / 1000} s after the last move on, in ${seconds} s, each is judged by itself`;
  return [{ to: "location", seconds, says }];
}

function hasRoom({ load }: OwnView): Change {
  const most = Math.floor(load.readyRps * OVERLOADED_FROM);
  const needed = Math.ceil(load.enteredRps / OVERLOADED_FROM);
  const [enteredRps, readyRps] = [Math.round(load.enteredRps), Math.round(load.readyRps)];
  return {
    to: "location",
    says: `still being unwell with at most ${most} requests/s wanting in (now ${enteredRps}), or with ${needed} ready (now ${readyRps})`,
  };
}

function heardAgain({ at }: World, summary: Summary): string {
  if (!isFresh(summary, at)) return "its node being heard again";
  return summary.own.cutOff
    ? "its node seeing at least half of the others well"
    : "its own services being heard again by its node";
}

function unreachable({ estate, fresh }: World, { location }: Pick<Verdict, "location">): readonly Change[] {
  const blind = fresh.filter(({ sees }) => (sees[location]?.failedLooks ?? 0) >= 2).length;
  const says = `${majorityOf(estate.locations.length)} of ${estate.locations.length} locations getting no answer twice in a row, then it is lost: now ${blind} get none`;
  return [{ to: "failing", says }];
}

function answersAgain({ estate, losses }: World, { location }: Pick<Verdict, "location">): Change {
  const loss = losses.get(location);
  const seenBy = loss?.seenBy.length ?? 0;
  const answered = Math.max(1, seenBy - majorityOf(estate.locations.length) + 1);
  const now = loss?.hasErrors === true ? "get nothing but errors" : "get no answer";
  const says = `${answered} of the ${seenBy} that ${now} getting ${loss?.hasErrors === true ? "a good answer" : "one"}: then it is no longer lost, and judged by its own figures`;
  return { to: "location", says };
}

/** Slower than this it is not on its way anywhere. */
const GROWS_FROM = 0.1;
