import type { Scorecard } from "./contract.ts";

/** Four weeks have every hour of the week four times, and the usual deploys, batches and sales. */
const DAYS_ENOUGH = 28;

/** What the card means for going from observe to act. Marks are people's: without them it means nothing. */
export function meaningOf(card: Omit<Scorecard, "ready" | "says">): Pick<Scorecard, "ready" | "says"> {
  const against = [...fewDays(card), ...nothingWanted(card), ...unmarked(card), ...tooManyNeedless(card)];
  const ready = against.length === 0;
  return {
    ready,
    says: [
      ...(ready
        ? ["nothing on this card speaks against `houston mode approve`, and after some weeks of it `act`"]
        : against),
      ...withoutPages(card),
      "what Houston did not see is not on this card: compare it with your own pages",
    ],
  };
}

function fewDays({ watchedDays }: Pick<Scorecard, "watchedDays">): string[] {
  if (watchedDays >= DAYS_ENOUGH) return [];
  return [`${watchedDays} of ${DAYS_ENOUGH} days were watched: stay in observe until there are as many`];
}

function nothingWanted({ counts }: Pick<Scorecard, "counts">): string[] {
  if (counts.wanted > 0) return [];
  return [
    "no move was wanted: there is nothing to judge by yet; `houston record` and `houston judge` try it on incidents of the past",
  ];
}

function unmarked({ counts, wanted }: Pick<Scorecard, "counts" | "wanted">): string[] {
  const first = wanted.find(({ mark }) => mark === null);
  if (first === undefined) return [];
  const are = counts.unmarked === 1 ? "is" : "are";
  return [
    `${counts.unmarked} of ${counts.wanted} ${are} not marked, and until a person has said of each whether it was right nobody knows what act would have done: \`houston scorecard mark ${first.incident} right\``,
  ];
}

/** One is what a year may have; of more it takes a budget that allows more in so many days. */
function tooManyNeedless({ counts, needlessMovesPerYear, watchedDays }: Omit<Scorecard, "ready" | "says">): string[] {
  const allowed = (needlessMovesPerYear * watchedDays) / 365;
  if (counts.needless <= Math.max(1, allowed)) return [];
  return [
    `${counts.needless} were needless in ${watchedDays} days, and the budget is ${needlessMovesPerYear} a year: stay in observe, and say in houston.yaml what they were (events, was: chance)`,
  ];
}

function withoutPages({ wanted }: Pick<Scorecard, "wanted">): string[] {
  const right = wanted.filter(({ mark }) => mark?.mark === "right");
  const missing = right.filter(({ leadOverPageMs }) => leadOverPageMs === null);
  if (missing.length === 0) return [];
  return [
    `of ${missing.length} of ${right.length} right ones the time of the first page is not known (--paged), so the lead says less`,
  ];
}
