import "./timeline.css";
import { useState } from "react";
import type { Incident } from "../../../src/core/control-contract.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { useConsole, useNow } from "../context.tsx";
import { Moment } from "../look/moment.tsx";
import { clockText } from "../look/moments.ts";
import { keepWish, wish } from "../session.ts";
import { incidentMarks, momentOf, spanFor, SPANS, valueOf, wordMarks, type Mark } from "./marks.ts";

/** Drags the whole page back to any moment that is still known. At its right end it is now. */
export function Scrubber(props: {
  readonly at: number | null;
  readonly setAt: (at: number | null) => void;
  readonly incidents: readonly Incident[];
  readonly words: readonly TimelineEntry[];
}) {
  const { at, setAt, incidents, words } = props;
  const { zone } = useConsole();
  const now = useNow(5000);
  const [wished, setWished] = useState(() => wish("window"));
  const span = spanFor(wished, at, now);
  return (
    <section className="scrubber" aria-label="The past">
      <div className="scrubber-track">
        <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
          {incidentMarks(incidents, span, now).map((mark) => (
            <rect
              key={mark.key}
              className={`span-mark ${mark.level}`}
              x={1000 * mark.from}
              width={Math.max(2, 1000 * (mark.to - mark.from))}
              y="4"
              height="12"
            />
          ))}
          {wordMarks(words, span, now).map((mark) => (
            <path key={mark.key} className={`word-mark ${mark.level}`} d={tick(mark)} />
          ))}
        </svg>
        <input
          type="range"
          min={0}
          max={span.ms}
          step={span.stepMs}
          value={valueOf(at, span, now)}
          aria-label="Moment to look at"
          aria-valuetext={at === null ? "now" : clockText(at, zone, now)}
          onChange={(event) => setAt(momentOf(event.currentTarget.valueAsNumber, span, now))}
        />
      </div>
      <div className="scrubber-feet">
        <Moment at={now - span.ms} now={now} />
        <span className="scrubber-spans" role="group" aria-label="How far back">
          {SPANS.map(({ name }) => (
            <button
              key={name}
              type="button"
              className="plain"
              aria-pressed={name === span.name}
              onClick={() => {
                keepWish("window", name);
                setWished(name);
              }}
            >
              {name}
            </button>
          ))}
        </span>
        {at === null ? <span>now</span> : <Moment at={at} now={now} />}
      </div>
    </section>
  );
}

function tick({ from }: Mark): string {
  return `M${(1000 * from).toFixed(1)} 0v20`;
}
