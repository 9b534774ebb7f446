import { byName } from "../route/by-name.ts";
import type { Estate, Location, LocationName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { OwnView, Summary } from "../summary.ts";
import { isStrong, sharedSuspect, together, type Suspect } from "../suspects.ts";
import {
  isSameCause,
  sufficientWords,
  type Action,
  type Because,
  type Cause,
  type Fact,
  type Scope,
  type Sufficient,
  type Verdict,
  type VerdictState,
} from "../verdict.ts";
import {
  DEPLOY_RECENT_MS,
  lookAround,
  NEARLY_ALL,
  sharedDeploy,
  type Moved,
  type Question,
  type World,
} from "./around.ts";
import { marginHurt, SHAKY_SHARE } from "./bar.ts";
import { changesOf } from "./changes.ts";
import { majorityOf } from "../route/notice.ts";
import { isCutOff, isFresh, type Loss } from "./loss.ts";
import { isOverloaded } from "./overloaded.ts";

/**
 * Here, everywhere, or following the traffic? Each node judges its own location; only who sees all of them can
 * say whether moving would help. Like a doctor with fifteen patients: one fever is an illness, fifteen fevers are
 * the thermometer, the food or the weather.
 *
 * The rules are asked in this order, and the first that holds names the scope:
 *   lost (most vantages see it) · watcher · follows the traffic · overload · everywhere or deploy · provider · path · location
 */
export function judgeEstate(question: Question): Verdict[] {
  const world = lookAround(question);
  return question.estate.locations.map((location) => {
    const verdict = judgeOne(world, location);
    return { ...verdict, wouldChange: changesOf(world, world.summaries.get(location.name), verdict) };
  });
}

/** Before anybody has asked what would change it. */
type Judged = Omit<Verdict, "wouldChange">;

function judgeOne(world: World, location: Location): Judged {
  const loss = world.losses.get(location.name);
  if (loss !== undefined) return lost(world, loss);
  const summary = world.summaries.get(location.name);
  if (summary === undefined) return unheard(world, location.name);
  if (!isFresh(summary, world.at)) return silent(world, summary);
  if (isCutOff(summary)) return watcher(summary);
  if (summary.own.verdict === "healthy" && hearsNothing(summary)) return deaf(summary);
  const mostAreWorse = world.worse.length * 2 > world.fresh.length && world.worse.length >= 2;
  const followed =
    mostAreWorse && strangersAreWorse(world) ? null : (followsFrom(world, summary) ?? senderOf(world, summary));
  if (followed !== null) return following(world, summary, followed);
  if (isOverloaded(summary.own)) return overloaded(world, summary);
  if (mostAreWorse && (world.worse.includes(summary) || summary.own.verdict !== "healthy"))
    return everywhere(world, summary);
  if (summary.own.verdict === "healthy") return path(world, summary) ?? plain(summary, "location", "none");
  if (isByGaugesAlone(summary)) return plain(summary, "unknown", "none");
  const usersPath = summary.own.causes[0];
  if (usersPath?.layer === "network") return plain(summary, "path", wantsOut(summary) ? "move-zones" : "none");
  const wave = rolloutWave(world, summary);
  if (wave !== null) return wave;
  const action = wantsOut(summary) ? "leave" : "none";
  const providers = sickOfProvider(world, location);
  if (providers !== null) {
    const cause: Cause = { layer: "provider", name: location.provider, share: 0.6 };
    const rest = summary.own.causes.map((each) => ({ ...each, share: each.share * 0.4 }));
    return plain(summary, "provider", action, { causes: [cause, ...rest].slice(0, 5), says: providers });
  }
  const arrived = summary.own.deploys.find((deploy) => world.at - deploy.at <= DEPLOY_RECENT_MS);
  if (arrived === undefined) return plain(summary, "location", action);
  const minutes = Math.round((world.at - arrived.at) / 60_000);
  return plain(summary, "location", action, {
    says: `${arrived.service} ${arrived.version} arrived here ${minutes} min ago, and in no other sick place`,
  });
}

/** What counts requests calls nothing failing that is not worth a move. */
const isByGaugesAlone = ({ own }: Summary): boolean => own.verdict === "failing" && !own.worthMoving;

/** Beyond the bar and worth the harm of moving. */
function wantsOut(summary: Summary): boolean {
  const { own } = summary;
  return own.verdict === "failing" && own.worthMoving && own.evidenceNats >= own.barNats / 2;
}

function lost(world: World, loss: Loss): Judged {
  const says = `${loss.seenBy.length} of ${world.estate.locations.length} locations looked twice and got ${loss.hasErrors ? "nothing but errors" : "no answer"}`;
  return {
    location: loss.location,
    verdict: "failing",
    certainty: certaintyOf(loss.lossNats),
    evidenceNats: loss.lossNats,
    barNats: world.barNats,
    scope: "location",
    action: "leave",
    // Probes from most vantages need no day of past: the promise is that of their majority.
    promise: world.summaries.get(loss.location)?.own.promise ?? "none",
    impact: { usersHurt: 1 },
    causes: [{ layer: "edge", name: "edge", share: 1 }],
    because: [{ service: "edge", signal: "probe", nats: loss.lossNats, says }],
    ...enough(fewestWitnesses(world, loss), world.barNats),
  };
}

/** A majority, and so many more as the bar asks for. */
function fewestWitnesses({ estate, summaries, barNats }: World, loss: Loss): Sufficient {
  const natsOf = (witness: LocationName): number => summaries.get(witness)?.sees[loss.location]?.lossNats ?? 0;
  const witnesses = loss.seenBy
    .map((name): Fact => ({ of: "vantage", name, signal: "probe", nats: natsOf(name) }))
    .sort((a, b) => b.nats - a.nats || byName(a.name, b.name));
  let [count, nats] = [0, 0];
  while (count < witnesses.length && (count < majorityOf(estate.locations.length) || nats < barNats)) {
    nats += witnesses[count]!.nats;
    count += 1;
  }
  return { facts: witnesses.slice(0, count), nats: Math.round(nats * 10) / 10 };
}

/** Nothing was ever heard from it: no evidence either way. */
function unheard(world: World, location: LocationName): Judged {
  const because: Because = { service: "edge", signal: "silence", nats: 0, says: "its node has not reported yet" };
  return {
    location,
    verdict: "healthy",
    certainty: 0,
    evidenceNats: 0,
    barNats: world.barNats,
    scope: "unknown",
    action: "none",
    promise: "none",
    impact: { usersHurt: 0 },
    causes: [],
    because: [because],
  };
}

/** Its node fell silent while probes still get answers: the pipe or the watcher, not the place. */
function silent(world: World, summary: Summary): Judged {
  const seconds = Math.round((world.at - summary.at) / 1000);
  const how =
    seconds < 0
      ? `its node's clock is ${-seconds} s ahead`
      : `its node has been silent for ${seconds} s${seconds >= CLOCK_BEHIND_S ? ", or its clock is behind" : ""}`;
  const says = `${how}; others' probes do not see it lost`;
  return {
    ...plain(summary, "watcher", "none", { says }),
    verdict: "shaky",
    causes: [],
    certainty: 0,
    evidenceNats: 0,
  };
}

/** Its node lives and is heard, and hears nothing of its own services (silence.ts): no evidence, and no proof of health. */
function deaf(summary: Summary): Judged {
  return { ...plain(summary, "watcher", "none"), verdict: "shaky" };
}

const hearsNothing = (summary: Summary): boolean =>
  summary.own.because.some(({ signal, nats }) => signal === "silence" && nats === 0);

/** It sees nobody else well: what it says about anything is not used. */
function watcher(summary: Summary): Judged {
  const says = "its node sees most others failing: the watcher itself is the suspect";
  return {
    ...plain(summary, "watcher", "none", { says }),
    verdict: summary.own.verdict === "healthy" ? "healthy" : "shaky",
  };
}

/** Most of those to whom nothing was moved are worse too: what they have in common is no chunk. */
function strangersAreWorse(world: World): boolean {
  const involved = new Set(world.moved.flatMap(({ from, to }) => [from, to]));
  const strangers = world.fresh.filter(({ from }) => !involved.has(from));
  return strangers.length >= 2 && strangers.filter((each) => world.worse.includes(each)).length * 2 > strangers.length;
}

/** The sender whose trouble came along with its chunks, or null. */
function followsFrom(world: World, summary: Summary): Moved | null {
  if (!isTroubled(world, summary)) return null;
  for (const move of world.moved) {
    if (move.to === summary.from && sameWay(summary.own, troubleOf(world, move))) return move;
  }
  return null;
}

/** For the sender the verdict is the same: its chunks carry the trouble, whatever happens to it meanwhile. */
function senderOf(world: World, summary: Summary): Moved | null {
  if (summary.own.verdict === "healthy") return null;
  for (const move of world.moved) {
    if (move.from !== summary.from) continue;
    const receiver = world.summaries.get(move.to);
    if (receiver !== undefined && isTroubled(world, receiver) && sameWay(receiver.own, troubleOf(world, move)))
      return move;
  }
  return null;
}

function isTroubled(world: World, summary: Summary): boolean {
  if (!isFresh(summary, world.at)) return false;
  const { verdict, evidenceNats, barNats } = summary.own;
  if (isHabit(summary.own, firstTook(world, summary.from))) return false;
  return verdict !== "healthy" || evidenceNats >= barNats / 2;
}

/** What a receiver suffers it had suffered before it took anybody: it came with no chunk. */
export const isHabit = ({ habitSince }: Pick<OwnView, "habitSince">, tookAt: UnixMs): boolean =>
  habitSince !== undefined && habitSince <= tookAt;

const firstTook = ({ moved }: World, name: LocationName): UnixMs =>
  Math.min(...moved.filter(({ to }) => to === name).map(({ at, firstAt }) => firstAt ?? at));

type Trouble = Pick<OwnView, "causes" | "suspects">;

function troubleOf(world: World, move: Moved): Trouble {
  const now = world.summaries.get(move.from)?.own;
  return { causes: move.causes ?? now?.causes ?? [], suspects: move.suspects ?? now?.suspects ?? [] };
}

/** The receiver sickens in the sender's way: the same bucket is suspect, or the same thing is the first cause. */
function sameWay(receiver: OwnView, sender: Trouble): boolean {
  return sharedSuspect(receiver.suspects, sender.suspects) !== null || isSameCause(receiver.causes, sender.causes);
}

function following(world: World, summary: Summary, move: Moved): Judged {
  const bucket = culprit(world, move);
  const named =
    bucket === undefined
      ? ""
      : `; ${bucket.class} bucket ${bucket.bucket} holds ${percent(bucket.share)} of the trouble`;
  const seconds = Math.round((world.at - move.at) / 1000);
  const says = `${move.to} sickened in the same way ${seconds} s after chunks of ${move.from} came${named}`;
  return plain(summary, "follows-the-traffic", "hold", { says });
}

/** The bucket that both name, or else the one that either is sure of. */
function culprit(world: World, move: Moved): Suspect | undefined {
  const theirs = troubleOf(world, move).suspects;
  const mine = world.summaries.get(move.to)?.own.suspects ?? [];
  return sharedSuspect(mine, theirs) ?? together(mine, theirs).find(isStrong);
}

function overloaded(world: World, summary: Summary): Judged {
  const { load } = summary.own;
  const says = `${Math.round(load.enteredRps)} requests/s want in, ${Math.round(load.readyRps)} are ready; ${Math.round(load.shedRps)} are shed`;
  if (world.overloaded.length * 2 > world.fresh.length) return plain(summary, "everywhere", "none", { says });
  const verdict = plain(summary, "overload", "spill", { says });
  return verdict.verdict === "failing" ? { ...verdict, verdict: "shaky" } : verdict;
}

/** Most are worse than their own past at the same time: a deploy if they share a new version, else everywhere. */
function everywhere(world: World, summary: Summary): Judged {
  const counted = `${world.worse.length} of ${world.fresh.length} locations are worse than usual at the same time`;
  const deploy = sharedDeploy(world, world.worse);
  const resource = deploy === null ? sharedResource(world.worse) : null;
  const scope: Scope = deploy !== null ? "deploy" : resource !== null ? "dependency" : "everywhere";
  const since = deploy === null ? "" : `, since ${deploy.service} ${deploy.version} arrived`;
  const says = `${counted}${since}${resource === null ? "" : `; they share ${resource}`}; moving can't help`;
  // No worse than the others, so the evidence is the one against its own past.
  const { aloneNats } = summary.own;
  const verdict: VerdictState = aloneNats >= summary.own.barNats ? "failing" : "shaky";
  const { sufficient, barNats } = summary.own;
  return {
    ...plain(summary, scope, "none", { says }),
    verdict,
    evidenceNats: aloneNats,
    certainty: certaintyOf(aloneNats),
    ...(sufficient === undefined || aloneNats < barNats ? {} : enough(sufficient, barNats)),
  };
}

/** A version on its way through the estate: sick where it is, well where it is not. Roll it back, don't run from it. */
function rolloutWave(world: World, summary: Summary): Judged | null {
  const sick = world.fresh.filter((each) => each.own.verdict !== "healthy");
  if (sick.length < 2 || !sick.includes(summary)) return null;
  const deploy = sharedDeploy(world, sick);
  if (deploy === null) return null;
  const says = `${sick.length} locations sickened, each after ${deploy.service} ${deploy.version} arrived; roll it back`;
  return plain(summary, "deploy", "hold", { says });
}

function sharedResource(sick: readonly Summary[]): string | null {
  const first = sick[0]?.own.causes[0];
  if (first === undefined || (first.layer !== "resource" && first.layer !== "provider")) return null;
  const alike = sick.filter((summary) => summary.own.causes[0]?.name === first.name).length;
  return alike >= sick.length * NEARLY_ALL ? first.name : null;
}

/** Most of one provider's locations are sick, and hardly any other: says so in a sentence, or null. */
function sickOfProvider(world: World, location: Location): string | null {
  const sickNames = new Set(world.fresh.filter((each) => each.own.verdict !== "healthy").map((each) => each.from));
  const ofProvider = world.estate.locations.filter((each) => each.provider === location.provider);
  const others = world.estate.locations.filter((each) => each.provider !== location.provider);
  const sickHere = ofProvider.filter((each) => sickNames.has(each.name)).length;
  const sickThere = others.filter((each) => sickNames.has(each.name)).length;
  if (sickHere < 3 || sickHere < ofProvider.length * NEARLY_ALL || others.length === 0) return null;
  if (sickThere > others.length * (1 - NEARLY_ALL)) return null;
  return `${sickHere} of ${ofProvider.length} locations on ${location.provider} are unwell, ${sickThere} of ${others.length} elsewhere`;
}

/** Well by its own counters, but a few vantages can't reach it: the way between, which moving does not mend. */
function path(world: World, summary: Summary): Judged | null {
  const blind = world.fresh.filter((each) => (each.sees[summary.from]?.failedLooks ?? 0) >= 2).map((each) => each.from);
  if (blind.length === 0) return null;
  const says = `${blind.slice(0, 3).join(", ")} can't reach it; its own users are well and other vantages see it`;
  return plain(summary, "path", "none", { says });
}

function plain(
  summary: Summary,
  scope: Scope,
  action: Action,
  because?: { readonly says: string; readonly causes?: readonly Cause[] },
): Judged {
  const { own } = summary;
  const first: Because[] =
    because === undefined ? [] : [{ service: "edge", signal: "scope", nats: 0, says: because.says }];
  return {
    location: summary.from,
    verdict: own.verdict,
    certainty: certaintyOf(own.evidenceNats),
    evidenceNats: own.evidenceNats,
    barNats: own.barNats,
    scope,
    action,
    promise: own.promise,
    ...(own.proof === undefined ? {} : { proof: own.proof }),
    ...(own.watchedHours === undefined ? {} : { watchedHours: own.watchedHours }),
    impact: { usersHurt: own.usersHurt },
    causes: because?.causes ?? own.causes,
    because: withFirst(first, own.because),
    ...(own.sufficient === undefined || own.evidenceNats < own.barNats ? {} : enough(own.sufficient, own.barNats)),
  };
}

const enough = (sufficient: Sufficient, bar: number): Pick<Judged, "sufficient"> => ({
  sufficient: { ...sufficient, says: sufficientWords(sufficient, bar) },
});

/** At most five; what makes room is the weakest evidence, not what was set aside. */
function withFirst(first: readonly Because[], because: readonly Because[]): readonly Because[] {
  const weakest = because.findLastIndex(({ nats }) => nats > 0);
  const rest = first.length + because.length > 5 && weakest >= 0 ? because.toSpliced(weakest, 1) : because;
  return [...first, ...rest].slice(0, 5);
}

/** The verdict's state from its numbers: certain but inside the operator's margin is shaky, never failing. */
export function stateOf(
  view: { evidenceNats: number; barNats: number; usersHurt: number; worthMoving: boolean },
  estate: Estate,
): VerdictState {
  if (view.evidenceNats >= view.barNats) return view.worthMoving ? "failing" : "shaky";
  return view.evidenceNats >= view.barNats * SHAKY_SHARE && view.usersHurt >= marginHurt(estate) / 2
    ? "shaky"
    : "healthy";
}

export function certaintyOf(nats: number): number {
  return 1 - Math.exp(-Math.max(0, nats));
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** A node that lives has never been silent for so long. */
const CLOCK_BEHIND_S = 600;
