import type { CSSProperties } from "react";
import { millis, seconds } from "../shared/figures.ts";
import { Sign } from "../../look/sign.tsx";
import { ExactMoment } from "./exact-moment.tsx";
import type { Bar, Lane, Resumed, Waterfall } from "./waterfall.ts";

/** Lanes below each other on one axis; every bar is a line of text as well. */
export function WaterfallChart({ waterfall }: { readonly waterfall: Waterfall }) {
  const { axis, lanes, resumed } = waterfall;
  const lines = resumed.map(({ at }) => axis.placeOf(at));
  return (
    <div className="waterfall">
      <div className="axis" aria-hidden="true">
        {axis.ticks.map(({ at, place }) => (
          <span key={at} style={{ left: percentOf(place) }}>
            +{millis(at - axis.from)}
          </span>
        ))}
      </div>
      {axis.breaks.map(({ from, until }) => (
        <p key={from} className="break">
          Between {offset(from, waterfall)} and {offset(until, waterfall)} nothing is known to have happened (
          {seconds(until - from)}; drawn short).
        </p>
      ))}
      {lanes.map((lane) => (
        <LaneRows
          key={lane.location}
          lane={lane}
          resumed={resumed.filter(({ to }) => to === lane.location)}
          waterfall={waterfall}
          lines={lines}
        />
      ))}
    </div>
  );
}

function LaneRows(props: {
  readonly lane: Lane;
  readonly resumed: readonly Resumed[];
  readonly waterfall: Waterfall;
  readonly lines: readonly number[];
}) {
  const { lane, resumed, waterfall, lines } = props;
  return (
    <section className={resumed.length > 0 ? "lane resumed" : "lane"} aria-label={lane.location}>
      <h3>{lane.location}</h3>
      {resumed.map(({ at, from, says }, index) => (
        <p key={`${index} ${at}`} className="went-on">
          ↳ went on here at {offset(at, waterfall)}, from {from}: {says}
        </p>
      ))}
      <ol>
        {lane.bars.map((bar, index) => (
          <BarRow key={`${index} ${bar.kind} ${bar.startAt}`} bar={bar} waterfall={waterfall} lines={lines} />
        ))}
      </ol>
    </section>
  );
}

function BarRow(props: { readonly bar: Bar; readonly waterfall: Waterfall; readonly lines: readonly number[] }) {
  const { bar, waterfall, lines } = props;
  const { axis } = waterfall;
  const left = axis.placeOf(bar.startAt);
  const right = axis.placeOf(bar.endAt ?? axis.until);
  return (
    <li className={`bar-row ${bar.kind} ${bar.how}`}>
      <span className="what">
        {bar.how === "ill" && <Sign verdict="failing" size={12} />}
        {bar.how === "open" && <Sign verdict="shaky" size={12} />}
        <b>{bar.name}</b> <span className="muted">{bar.says}</span>
      </span>
      <span className="when">
        {offset(bar.startAt, waterfall)}{" "}
        <span className="muted">
          <ExactMoment at={bar.startAt} />
        </span>
      </span>
      <span className="track" aria-hidden="true">
        {axis.breaks.map(({ from, until }) => (
          <span key={from} className="gap" style={span(axis.placeOf(from), axis.placeOf(until))} />
        ))}
        {lines.map((place, index) => (
          <span key={`${index} ${place}`} className="crossing" style={{ left: percentOf(place) }} />
        ))}
        <span className="fill" style={span(left, right)} />
      </span>
    </li>
  );
}

function offset(at: number, { axis }: Waterfall): string {
  return `+${millis(at - axis.from)}`;
}

const percentOf = (place: number): string => `${place * 100}%`;

function span(left: number, right: number): CSSProperties {
  return { left: percentOf(left), width: percentOf(Math.max(0, right - left)) };
}
