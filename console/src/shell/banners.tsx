import { useConsole, useLive } from "../context.tsx";
import { Moment } from "../look/moment.tsx";
import { spanText } from "../look/moments.ts";
import type { Freshness } from "./use-freshness.ts";

/** What is shown may not be what is: said so that nobody can miss it. */
export function StaleBanner({ freshness, now }: { readonly freshness: Freshness; readonly now: number }) {
  const { live } = useConsole();
  const line = useLive((known) => known.line);
  const wake = (
    <button type="button" className="small" onClick={() => live.wake()}>
      Try now
    </button>
  );
  if (freshness.state === "waiting") {
    if (line.state !== "broken") return null;
    return (
      <div className="banner stale" role="status">
        <p>
          <strong>{line.says}</strong> {line.hint === "" ? "" : `Fix: ${line.hint}`}
        </p>
        {wake}
      </div>
    );
  }
  if (freshness.state === "fresh") return null;
  if (freshness.state === "undecided") {
    return (
      <div className="banner stale" role="status">
        <p>
          <strong>
            Houston answers, and has decided nothing since <Moment at={freshness.since} now={now} />.
          </strong>{" "}
          Edges and DNS go on with their last good table; orders may not be carried out. Its last words may say why.
        </p>
      </div>
    );
  }
  const { silentMs, nextTryMs } = freshness;
  return (
    <div className="banner stale" role="status">
      <p>
        {/* Each second another figure: seen, not read out again and again. */}
        <strong>
          Stale: last word <span aria-hidden="true">{spanText(silentMs)}</span> ago, reconnecting
          <span aria-hidden="true">{nextTryMs === null ? " ..." : ` in ${spanText(nextTryMs)}`}</span>.
        </strong>{" "}
        Houston may well act all the same; this page doesn't see it.
      </p>
      {wake}
    </div>
  );
}

export function PastBanner(props: { readonly at: number; readonly now: number; readonly back: () => void }) {
  const { at, now, back } = props;
  return (
    <div className="banner past" role="status">
      <p>
        <strong>
          You look at <Moment at={at} now={now} /> ({spanText(now - at)} ago).
        </strong>
      </p>
      <button type="button" onClick={back}>
        Back to now
      </button>
    </div>
  );
}
