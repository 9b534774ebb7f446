import { useConsole } from "../context.tsx";
import { bothTexts, clockText } from "./moments.ts";

/** A time of day as the reader wishes it; pointing at it shows both zones. */
export function Moment({ at, now }: { readonly at: number; readonly now?: number }) {
  const { zone } = useConsole();
  return (
    <time dateTime={new Date(at).toISOString()} title={bothTexts(at)}>
      {clockText(at, zone, now ?? at)}
    </time>
  );
}
