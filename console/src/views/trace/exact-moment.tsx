import { useConsole } from "../../context.tsx";
import { bothTexts } from "../../look/moments.ts";

/** A time of day to the millisecond: steps of a request lie closer together than seconds. */
export function ExactMoment({ at }: { readonly at: number }) {
  const { zone } = useConsole();
  return (
    <time dateTime={new Date(at).toISOString()} title={bothTexts(at)}>
      {FORMATS[zone].format(at)}
    </time>
  );
}

const PARTS = { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 } as const;
const FORMATS = {
  local: new Intl.DateTimeFormat("en-GB", PARTS),
  utc: new Intl.DateTimeFormat("en-GB", { ...PARTS, timeZone: "UTC" }),
};
