import { useNow } from "../../context.tsx";
import { Moment } from "../../look/moment.tsx";

/** A past moment: the time of day, and the day as well when it was another one. */
export function When({ at }: { readonly at: number }) {
  return <Moment at={at} now={useNow(DAY_CHECKED_EVERY_MS)} />;
}

const DAY_CHECKED_EVERY_MS = 60_000;
