import type { DrillReport } from "./report.ts";

/** What a drill should show, and what it showed: the rows of docs/measurements.md. */
export type Wanted = {
  readonly drill: string;
  readonly wanted: string;
  /**
   * The figures that the wish is about: each the median of the runs, and of those that no run may exceed the worst. `alone`: runs of the
   * same drill with nobody helping, which show when users would have felt it.
   */
  readonly figures: (report: DrillReport, alone?: readonly DrillReport[]) => Figures;
  readonly met: (figures: Figures) => boolean;
  /** Why a run shows nothing at all, in a word or two; null: it does. */
  readonly nothing?: (figures: Figures) => string | null;
};

/** A figure's name ends in its unit. */
export type Figures = Readonly<Record<string, Figure>>;
/** Null: it never came. `unknown`: nobody could hear or count it, which is neither good nor bad. */
export type Figure = number | null | "unknown";

/** One lost order is lost, however many other runs lost none: of these the worst run counts, not the median. */
export const WORST_COUNTS: ReadonlySet<string> = new Set([
  "lost",
  "doubled",
  "needlessMoves",
  "overloadedSeconds",
  "worseVerdicts",
  "tenantReceivers",
  "tenantAwaySeconds",
  "bothSickSeconds",
  "sentToBadPercent",
  "sentToDeadPercent",
  "failedAfter20s",
  "wrongVerdicts",
  "othersMovedPercent",
]);

/** The planet's TTL. */
const TTL_SECONDS = 5;
/** A number that never came is worse than any. */
const NEVER = Infinity;
const CERTAIN_SECONDS = 15;
const WELL_SECONDS = 20;
/** A minute of which so many percent of the requests failed is one that users felt. */
const FELT_IN_A_MINUTE_PERCENT = 1;
/** A leak can be known before that, for it is slow before it fails. */
const LEAK_FELT_PERCENT = 0.5;
/** A brownout by the resource's own counters. */
const BROWNOUT_FELT_PERCENT = 0.2;
/** Few fail, or receivers stutter: certain a little later, and steps are looked at twice. */
const HARDER_WELL_SECONDS = 45;
/**
 * Receivers that fail a tenth for 1 to 2 s of each 20 cost their guests 0.7 %, and in 39 of 40 runs 1.1 % at most: every 10 s with fewer than 1 %
 * come in one run of eight, whatever Houston does.
 */
const NOISE_FAILS_PERCENT = 2;
/**
 * A twentieth failing where one in a thousand is usual tells 0.148 nats a request, and 20 nats are needed: Lorden's bound. With all guards on the judge
 * takes three times that (docs/concepts/certainty.md).
 */
const SMALL_BOUND_REQUESTS = 20 / 0.148;
const SMALL_BOUNDS_MOST = 4;
/** Of milliseconds alone nobody is hurt: there is time to be sure. */
const SLOWER_SURE_SECONDS = 60;
/** Users of a path fail after 3 s only. */
const PATH_CERTAIN_SECONDS = 30;
/** Less than half a canary, as where nothing may move. */
const OTHERS_MOVED_PERCENT = 2;
/** A receiver may be over what it is ready for by so little: the next step waits for that. */
const OVERLOADED_SECONDS_MAX = 2;
/** 99 % is everybody, here as for `moved99At`. */
const NOBODY_PERCENT = 1;
/** A canary is looked at within 1.5 s, and given back within two more, of which users count whole seconds at both ends. */
const CANARY_SECONDS = 5;
/** Its receiver is sick from its first seconds on until it has healed, by 1/e in 4 s; and sick is who was so in the last 5 s. */
const CANARY_SICK_SECONDS = 14;
/** Of the others at the tenant's home in the whole watch: fewer would fail if nothing were wrong. */
const FELT_PERCENT = 0.5;
/** Whoever could not hear Houston more often than this knows too little of what it said and thought. */
const UNHEARD_PERCENT_MAX = 20;
/** What Houston's own words are needed for. */
const HEARD_FROM_HOUSTON: ReadonlySet<string> = new Set([
  "certainSeconds",
  "untilCertainPercent",
  "sureSeconds",
  "wrongVerdicts",
  "leadSeconds",
  "causeNamed",
  "questions",
  "needlessMoves",
  "sentToBadPercent",
  "goesOnSeconds",
  "worseVerdicts",
]);
/** Of a class's requests, where few were shed at all. */
const ORDER_TOLERANCE_PERCENT = 10;

const SOUND = "0 lost or doubled";

const ALL: readonly Wanted[] = [
  lost("hard-down"),
  lost("leaderless-hard-down"),
  {
    drill: "black-hole",
    wanted: `99 % well within TTL + 4 s; ${SOUND}`,
    figures: (report) => ({ ...always(report), moved99Seconds: after(report, report.moved99At) }),
    met: (figures) => sound(figures) && within(figures, "moved99Seconds", TTL_SECONDS + 4),
  },
  gray("gray"),
  gray("slow"),
  {
    drill: "gray-small",
    wanted: `certain within ${SMALL_BOUNDS_MOST} x Lorden's bound, its lead over what users feel printed; 99 % well within ${HARDER_WELL_SECONDS} s; no wrong verdict; ${SOUND}`,
    figures: (report, alone) => ({
      ...always(report),
      ...certainty(report),
      boundSeconds: SMALL_BOUND_REQUESTS / Math.max(1, requestsPerSecond(report)),
      ...lead(report, alone, FELT_IN_A_MINUTE_PERCENT),
      moved99Seconds: after(report, report.moved99At),
    }),
    met: (figures) =>
      sound(figures) &&
      figures["needlessMoves"] === 0 &&
      figures["wrongVerdicts"] === 0 &&
      within(figures, "certainSeconds", SMALL_BOUNDS_MOST * numberOf(figures, "boundSeconds")) &&
      within(figures, "moved99Seconds", HARDER_WELL_SECONDS),
  },
  {
    drill: "slower",
    wanted: `sure within ${SLOWER_SURE_SECONDS} s that it is slower, and that it is not worth a move; nothing moves; no wrong verdict; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      sureSeconds: after(report, report.more.beyondBarAt),
      wrongVerdicts: wrongVerdictsOf(report),
    }),
    met: (figures) =>
      sound(figures) &&
      figures["needlessMoves"] === 0 &&
      figures["wrongVerdicts"] === 0 &&
      within(figures, "sureSeconds", SLOWER_SURE_SECONDS),
  },
  {
    drill: "path",
    wanted: `named a path within ${PATH_CERTAIN_SECONDS} s; its zone's users 99 % well within ${HARDER_WELL_SECONDS} s, and nobody else moved; no wrong verdict; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      certainSeconds: after(report, report.certainAt),
      wrongVerdicts: wrongVerdictsOf(report),
      zoneFailedPercent: percentOf(report.more.path?.requests),
      zoneWellSeconds: after(report, report.more.path?.wellAt ?? null),
      othersMovedPercent: sharePercent(report.more.path?.others.movedShare),
    }),
    met: (figures) =>
      sound(figures) &&
      figures["needlessMoves"] === 0 &&
      figures["wrongVerdicts"] === 0 &&
      within(figures, "certainSeconds", PATH_CERTAIN_SECONDS) &&
      within(figures, "zoneWellSeconds", HARDER_WELL_SECONDS) &&
      within(figures, "othersMovedPercent", OTHERS_MOVED_PERCENT),
  },
  {
    drill: "receiver-noise",
    wanted: `certain within ${CERTAIN_SECONDS} s; out within ${HARDER_WELL_SECONDS} s, and <= ${NOISE_FAILS_PERCENT} % failed later; no receiver called failing, moves not stopped, no other wrong verdict; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      certainSeconds: after(report, report.certainAt),
      movedOutSeconds: after(report, report.more.movedOutAt),
      laterFailedPercent: percentOf(report.more.requestsAfter20s),
      wrongVerdicts: wrongVerdictsOf(report),
    }),
    met: (figures) =>
      sound(figures) &&
      figures["needlessMoves"] === 0 &&
      figures["wrongVerdicts"] === 0 &&
      within(figures, "certainSeconds", CERTAIN_SECONDS) &&
      within(figures, "movedOutSeconds", HARDER_WELL_SECONDS) &&
      within(figures, "laterFailedPercent", NOISE_FAILS_PERCENT),
  },
  {
    drill: "leak",
    wanted: `certain before ${LEAK_FELT_PERCENT} % of its users' requests of any minute failed, and out before ${FELT_IN_A_MINUTE_PERCENT} %; no wrong verdict; ${SOUND}`,
    figures: (report, alone) => ({
      ...always(report),
      ...certainty(report),
      ...lead(report, alone, LEAK_FELT_PERCENT),
      sureSeconds: after(report, report.more.beyondBarAt),
      worstMinutePercent: report.more.worstMinuteFailedShare * 100,
      movedOutSeconds: after(report, report.more.movedOutAt),
    }),
    met: (figures) =>
      sound(figures) &&
      isCertainBefore(figures, LEAK_FELT_PERCENT) &&
      numberOf(figures, "worstMinutePercent") < FELT_IN_A_MINUTE_PERCENT &&
      numberOf(figures, "movedOutSeconds") < NEVER,
  },
  {
    drill: "provider-brownout",
    wanted: `at >= 100 requests/s there: certain before 0.2 % and out before 0.5 % of its users' requests of any minute failed; cause named dynamodb; no wrong verdict; ${SOUND}`,
    figures: (report, alone) => ({
      ...always(report),
      ...certainty(report),
      ...lead(report, alone, BROWNOUT_FELT_PERCENT),
      thereRps: requestsPerSecond(report),
      worstMinutePercent: report.more.worstMinuteFailedShare * 100,
      movedOutSeconds: after(report, report.more.movedOutAt),
      causeNamed: report.more.cause?.name === "dynamodb" ? 1 : 0,
    }),
    met: (figures) =>
      sound(figures) &&
      atLeast(figures, "thereRps", 100) &&
      isCertainBefore(figures, BROWNOUT_FELT_PERCENT) &&
      numberOf(figures, "worstMinutePercent") < 0.5 &&
      numberOf(figures, "movedOutSeconds") < NEVER &&
      figures["causeNamed"] === 1,
  },
  still("bad-deploy"),
  still("cut-off"),
  still("link"),
  still("surge"),
  still("flap"),
  kept("receiver-slow", { second: "us-east-2" }),
  kept("two-down", { dies: 1 }),
  {
    drill: "cannot-grow",
    wanted: `no receiver over capacity for more than 2 s; what finds no room is offered as numbered choices with a stated default; ${SOUND}`,
    figures: (report) => ({ ...always(report), questions: goodQuestions(report) }),
    met: (figures) => sound(figures) && bearable(figures) && atLeast(figures, "questions", 1),
  },
  kept("surge-and-hard-down"),
  kept("replica-lag-and-hard-down"),
  {
    drill: "poison-tenant",
    wanted: `its home's other users 99 % well within 20 s; its requests reach one other location at most, by one canary; never two locations sick through our own move, but for that canary; ${SOUND}`,
    figures: (report) => ({ ...always(report), ...tenantFigures(report) }),
    nothing: ({ felt }) => (felt === 1 ? null : "not felt"),
    met: (figures) =>
      sound(figures) &&
      figures["felt"] === 1 &&
      figures["needlessMoves"] === 0 &&
      within(figures, "innocentWellSeconds", WELL_SECONDS) &&
      numberOf(figures, "tenantReceivers") <= 1 &&
      within(figures, "tenantAwaySeconds", CANARY_SECONDS) &&
      within(figures, "bothSickSeconds", (figures["tenantReceivers"] ?? 0) === 0 ? 0 : CANARY_SICK_SECONDS),
  },
  {
    drill: "ddos",
    wanted: `spills or sheds what is over, lowest class first; not evacuated; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      movedPercent: 100 * movedShare(report),
      shedPercent: shedPercents(report).all,
      outOfOrderPercent: shedPercents(report).outOfOrder,
    }),
    met: (figures) =>
      sound(figures) &&
      figures["needlessMoves"] === 0 &&
      numberOf(figures, "movedPercent") < 50 &&
      numberOf(figures, "movedPercent") + numberOf(figures, "shedPercent") > 0 &&
      within(figures, "outOfOrderPercent", ORDER_TOLERANCE_PERCENT),
  },
  {
    drill: "houston-killed",
    wanted: `edges and DNS go on; the shift goes on within 10 s of the restart; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      goesOnSeconds: goesOnSeconds(report),
      movedOutSeconds: after(report, report.more.movedOutAt),
      downFailedPercent: percentOf(report.more.houstonDown?.requests),
      downOthersFailedPercent: percentOf(report.more.houstonDown?.others),
    }),
    met: (figures) =>
      sound(figures) &&
      within(figures, "goesOnSeconds", 10) &&
      numberOf(figures, "movedOutSeconds") < NEVER &&
      // Not worse than the fault itself, a fifth of some requests, and nobody else is touched.
      within(figures, "downFailedPercent", 20) &&
      within(figures, "downOthersFailedPercent", NOBODY_PERCENT),
  },
  {
    drill: "calm",
    wanted: `an hour: 0 moves, 0 verdicts worse than healthy; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      worseVerdicts: report.more.worseVerdicts,
      watchedMinutes: (report.more.until - report.faultAt) / 60_000,
    }),
    met: (figures) =>
      sound(figures) &&
      figures["needlessMoves"] === 0 &&
      figures["worseVerdicts"] === 0 &&
      atLeast(figures, "watchedMinutes", 60),
  },
];

export const WANTED: readonly Wanted[] = ALL.map((wanted) => ({
  ...wanted,
  figures: (report, alone) => asHeard(report, wanted.figures(report, alone)),
}));

/** Silence is no proof that nothing was said: figures that rest on Houston's words are unknown when many of them were missed. */
function asHeard({ more }: DrillReport, figures: Figures): Figures {
  const { total, failed } = more.houstonPolls;
  if (100 * failed <= UNHEARD_PERCENT_MAX * total) return figures;
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, HEARD_FROM_HOUSTON.has(name) ? "unknown" : value]),
  );
}

function lost(drill: string): Wanted {
  const seconds = TTL_SECONDS + 1.5;
  return {
    drill,
    wanted: `99 % well within TTL + 1.5 s; <= 4 s worth of traffic failed in 60 s; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      moved99Seconds: after(report, report.moved99At),
      trafficSecondsFailed: report.more.first60s.secondsOfTraffic,
    }),
    met: (figures) =>
      sound(figures) && within(figures, "moved99Seconds", seconds) && within(figures, "trafficSecondsFailed", 4),
  };
}

function gray(drill: string): Wanted {
  return {
    drill,
    wanted: `certain within 15 s; 99 % well within 20 s, stubborn users too, and 0 failures after; nobody overloaded; ${SOUND}`,
    figures: (report) => ({
      ...always(report),
      certainSeconds: after(report, report.certainAt),
      moved99Seconds: after(report, report.moved99At),
      failedAfter20s: report.more.requestsAfter20s?.failed ?? null,
      stubbornPercent: percentOf(report.more.stubbornAfter20s),
    }),
    met: (figures) =>
      sound(figures) &&
      within(figures, "certainSeconds", CERTAIN_SECONDS) &&
      within(figures, "moved99Seconds", WELL_SECONDS) &&
      figures["failedAfter20s"] === 0 &&
      within(figures, "stubbornPercent", NOBODY_PERCENT) &&
      figures["overloadedSeconds"] === 0,
  };
}

function still(drill: string): Wanted {
  return {
    drill,
    wanted: `nothing moves; ${SOUND}`,
    figures: always,
    met: (figures) => sound(figures) && figures["needlessMoves"] === 0,
  };
}

/** The second bad place: by name, one that gets slower; or by its place among the drill's own, one that is killed. */
type SecondBad = { readonly second: string } | { readonly dies: number };

/** Its users come out, or a person is asked where there is no room; who takes them bears it, and no bad one gets more. */
function kept(drill: string, bad?: SecondBad): Wanted {
  return {
    drill,
    wanted: [
      "99 % well, or asked where there is no room",
      "no receiver over capacity for more than 2 s",
      ...(bad === undefined ? [] : ["nobody sent into the second bad location"]),
      SOUND,
    ].join("; "),
    figures: (report) => ({
      ...always(report),
      moved99Seconds: after(report, report.moved99At),
      questions: goodQuestions(report),
      ...(bad === undefined ? {} : sentToBad(report, bad)),
    }),
    met: (figures) =>
      sound(figures) &&
      bearable(figures) &&
      (numberOf(figures, "moved99Seconds") < NEVER || atLeast(figures, "questions", 1)) &&
      (bad === undefined || within(figures, "dies" in bad ? "sentToDeadPercent" : "sentToBadPercent", NOBODY_PERCENT)),
  };
}

function always(report: DrillReport): Figures {
  return {
    failedPercent: (100 * report.requests.failed) / Math.max(1, report.requests.total),
    lost: report.checkouts.lost,
    doubled: report.checkouts.doubled,
    overloadedSeconds: overloadedSeconds(report),
    needlessMoves: report.needlessMoves,
  };
}

/** When Houston was certain, by the clock and by what its users had met by then, and what it thought that was wrong. */
function certainty(report: DrillReport): Figures {
  return {
    certainSeconds: after(report, report.certainAt),
    untilCertainPercent: sharePercent(report.more.worstMinuteUntilCertain),
    wrongVerdicts: wrongVerdictsOf(report),
  };
}

function isCertainBefore(figures: Figures, percent: number): boolean {
  return (
    figures["needlessMoves"] === 0 &&
    figures["wrongVerdicts"] === 0 &&
    numberOf(figures, "untilCertainPercent") < percent
  );
}

/** How long before users would have felt it Houston was certain; nothing where nobody has run it alone. */
function lead(report: DrillReport, alone: readonly DrillReport[] = [], percent: number): Figures {
  if (alone.length === 0) return {};
  const certain = after(report, report.certainAt);
  const felt = alone.map((run) => after(run, feltAt(run, percent)) ?? NEVER).sort((one, other) => one - other);
  const feltAloneSeconds = felt[Math.floor((felt.length - 1) / 2)]!;
  return {
    feltAloneSeconds: feltAloneSeconds === NEVER ? null : feltAloneSeconds,
    leadSeconds: certain === null || feltAloneSeconds === NEVER ? null : feltAloneSeconds - certain,
  };
}

/** Reports of older versions don't say it. */
function feltAt({ more }: DrillReport, percent: number): number | null {
  return more.felt?.find((each) => each.percent === percent)?.at ?? null;
}

/** Runs that were saved by older versions don't say it. */
function wrongVerdictsOf({ more }: DrillReport): Figure {
  return more.wrongVerdicts?.length ?? "unknown";
}

function sharePercent(share: number | null | undefined): Figure {
  if (share === undefined) return "unknown";
  return share === null ? null : 100 * share;
}

/** Who took nobody is no receiver: its own users may surge as they like. */
function overloadedSeconds({ overloadedReceivers, more }: DrillReport): number {
  const took = new Set(more.receivers.map(({ location }) => location));
  return Math.max(0, ...overloadedReceivers.filter(({ location }) => took.has(location)).map(({ seconds }) => seconds));
}

function sound(figures: Figures): boolean {
  return figures["lost"] === 0 && figures["doubled"] === 0;
}

function bearable(figures: Figures): boolean {
  return within(figures, "overloadedSeconds", OVERLOADED_SECONDS_MAX);
}

function within(figures: Figures, name: string, most: number): boolean {
  return numberOf(figures, name) <= most;
}

/** What never came, and what nobody knows, is worse than any. */
export function numberOf(figures: Figures, name: string): number {
  const figure = figures[name] ?? NEVER;
  return figure === "unknown" ? NEVER : figure;
}

export function atLeast(figures: Figures, name: string, least: number): boolean {
  const figure = figures[name];
  return typeof figure === "number" && figure >= least;
}

function after({ faultAt }: DrillReport, at: number | null): number | null;
function after({ faultAt }: DrillReport, at: number | null | undefined): Figure;
function after({ faultAt }: DrillReport, at: number | null | undefined): Figure {
  if (at === undefined) return "unknown";
  return at === null ? null : (at - faultAt) / 1000;
}

function percentOf(count: { readonly total: number; readonly failed: number } | undefined | null): number | null {
  return count === undefined || count === null ? null : (100 * count.failed) / Math.max(1, count.total);
}

function requestsPerSecond({ requests, stubbornUsers, more, faultAt }: DrillReport): number {
  return (requests.total + stubbornUsers.total) / Math.max(1, (more.until - faultAt) / 1000);
}

/** With numbered choices to choose from, of which one is said to be the default. */
function goodQuestions({ more }: DrillReport): number {
  return more.questions.filter(
    ({ choices, defaultChoice }) => choices.length >= 2 && defaultChoice >= 1 && defaultChoice <= choices.length,
  ).length;
}

/** By what users met; that Houston was certain shows as well that it was felt. */
function tenantFigures(report: DrillReport): Figures {
  const { tenant } = report.more;
  const innocentFailedPercent = percentOf(tenant?.innocent);
  return {
    felt: report.certainAt !== null || (innocentFailedPercent ?? 0) >= FELT_PERCENT ? 1 : 0,
    innocentFailedPercent,
    innocentWellSeconds: after(report, tenant?.innocentWellAt ?? null),
    tenantReceivers: tenant?.receivers.length ?? null,
    tenantAwaySeconds: Math.max(0, ...(tenant?.receivers ?? []).map(secondsThere)),
    bothSickSeconds: tenant?.bothSickSeconds ?? null,
  };
}

function secondsThere({ firstAt, lastAt }: { readonly firstAt: number; readonly lastAt: number }): number {
  return (lastAt - firstAt) / 1000 + 1;
}

/**
 * What went to the second place once it was bad: of a dead one every request from when the drill killed it, of a slow one
 * what was newly sent from when Houston knew. That it took users and was never known to be bad is no good sign: null.
 */
function sentToBad({ more, locations }: DrillReport, bad: SecondBad): Figures {
  const dies = "dies" in bad;
  const name = dies ? locations[bad.dies] : bad.second;
  const receiver = more.receivers.find(({ location }) => location === name);
  const share = (whenBad: NonNullable<typeof receiver>["whenBad"]): number | null =>
    whenBad === null ? null : 100 * Math.max(whenBad.chunksShare, dies ? whenBad.requestsShare : 0);
  const percent = receiver === undefined ? 0 : share(receiver.whenBad);
  return dies ? { sentToDeadPercent: percent } : { sentToBadPercent: percent };
}

function movedShare({ more, location }: DrillReport): number {
  return more.chunksMoved.find((each) => each.location === location)?.share ?? 0;
}

/** Who is shed first, lowest first (the planet's classes by priority). */
const LOWEST_FIRST = ["internal", "editor", "public"];

/** Of all that came, and by how much a higher class was shed more than a lower one. */
function shedPercents({ more }: DrillReport): { readonly all: number; readonly outOfOrder: number } {
  const percents = LOWEST_FIRST.map((name) => {
    const its = more.edges.filter((edge) => edge.class === name);
    const shed = its.reduce((total, edge) => total + edge.shed, 0);
    const came = its.reduce((total, edge) => total + edge.served, shed);
    return { shed, came, percent: came === 0 ? null : (100 * shed) / came };
  });
  const came = percents.reduce((total, each) => total + each.came, 0);
  let outOfOrder = 0;
  for (const [index, lower] of percents.entries()) {
    for (const higher of percents.slice(index + 1)) {
      if (lower.percent !== null && higher.percent !== null)
        outOfOrder = Math.max(outOfOrder, higher.percent - lower.percent);
    }
  }
  return { all: (100 * percents.reduce((total, each) => total + each.shed, 0)) / Math.max(1, came), outOfOrder };
}

/** From the restart to the next move; null when nobody was left to move by then: the kill came too late to show anything. */
function goesOnSeconds({ more }: DrillReport): number | null {
  const { houstonDown, movedOutAt } = more;
  if (houstonDown === null || houstonDown.restartedAt === null || houstonDown.goesOnAt === null) return null;
  if (movedOutAt !== null && movedOutAt <= houstonDown.restartedAt) return null;
  return (houstonDown.goesOnAt - houstonDown.restartedAt) / 1000;
}
