import type { GeoProjection } from "d3-geo";
import { useRef, useState, type KeyboardEvent } from "react";
import type { World } from "../../../src/api/contract.ts";
import type { LocationName } from "../../../src/core/estate.ts";
import { percent, rps } from "../../../src/core/control/words.ts";
import { SignShape } from "../look/sign.tsx";
import { Link } from "../navigation.tsx";
import { badness, placeWords, verdictWord, type Picture, type Place } from "../picture/picture.ts";
import { neighbour, type Direction } from "./neighbour.ts";
import { placeLabels, type Box } from "./place-labels.ts";
import { largestRadius, radiusOf } from "./sizes.ts";

/**
 * The places themselves. One of them can be reached with Tab; from there the arrow keys go to the nearest one in that direction,
 * and Enter opens it.
 */
export function Locations(props: {
  readonly world: World;
  readonly picture: Picture;
  readonly at: number | null;
  readonly gains: ReadonlyMap<LocationName, string>;
  readonly projection: GeoProjection;
  readonly size: { readonly width: number; readonly height: number };
  readonly covered: readonly Box[];
  readonly focus: string | null;
  readonly setFocus: (name: string | null) => void;
}) {
  const { at: moment, size, focus, setFocus } = props;
  const marks = marksOf(props);
  const labels = new Map(
    placeLabels(
      marks.map((mark) => ({ ...mark, key: mark.place.name })),
      size,
      props.covered,
    ).map((label) => [label.key, label]),
  );
  const group = useRef<SVGGElement>(null);
  const [reached, setReached] = useState<string | null>(null);
  const first = marks.some(({ place }) => place.name === reached) ? reached : (marks.at(-1)?.place.name ?? null);

  const go = (event: KeyboardEvent): void => {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined || first === null) return;
    event.preventDefault();
    const next = neighbour(
      marks.map(({ place, x, y }) => ({ key: place.name, x, y })),
      first,
      direction,
    );
    if (next === null) return;
    setReached(next);
    const index = marks.findIndex(({ place }) => place.name === next);
    group.current?.querySelectorAll<SVGElement>("a")[index]?.focus();
  };

  return (
    <g ref={group} onKeyDown={go}>
      {marks.map(({ place, x, y, radius }) => {
        const at = labels.get(place.name);
        return (
          <Link
            key={place.name}
            to={{ view: "location", name: place.name, at: moment, part: null }}
            className={`mark${focus === place.name ? " focused" : ""}`}
            label={readOut(place, at?.text ?? place.name)}
            tabIndex={place.name === first ? 0 : -1}
            onFocus={() => {
              setReached(place.name);
              setFocus(place.name);
            }}
            onBlur={() => setFocus(null)}
            onPointerEnter={() => setFocus(place.name)}
            onPointerLeave={() => setFocus(null)}
          >
            <g transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}>
              <circle className="mark-reach" r={Math.max(radius + 3, REACH)} />
              <SignShape verdict={place.verdict} radius={radius} isHollow={place.state === "evacuated"} />
              {place.movedShare > 0 && place.state !== "evacuated" && (
                <path className="mark-moved" d={ringPath(radius + 4, place.movedShare)} />
              )}
              {place.isHeld && <path className="mark-held" d={`M-2 ${-radius - 9}v6M2 ${-radius - 9}v6`} />}
            </g>
            {at !== undefined && (
              <text className={`mark-label ${place.verdict}`} x={at.x} y={at.y} dy="0.35em">
                {place.name}
                <tspan className="mark-more">{at.text.slice(place.name.length)}</tspan>
              </text>
            )}
          </Link>
        );
      })}
    </g>
  );
}

/** The worst is drawn last, on top of the others. */
function marksOf(props: {
  readonly world: World;
  readonly picture: Picture;
  readonly gains: ReadonlyMap<LocationName, string>;
  readonly projection: GeoProjection;
  readonly size: { readonly width: number };
}) {
  const { world, picture, gains, projection, size } = props;
  const { places } = picture;
  const most = {
    rps: Math.max(1, ...places.map(({ demandRps, servedRps }) => Math.max(demandRps, servedRps))),
    radius: largestRadius({ places: places.length, width: size.width }),
  };
  const byName = new Map(places.map((place) => [place.name, place]));
  return world.estate.locations
    .flatMap(({ name, longitude, latitude }) => {
      const place = byName.get(name);
      const point = projection([longitude, latitude]);
      if (place === undefined || point === null) return [];
      const radius = radiusOf(place.servedRps, most);
      const gain = gains.get(name);
      // Those that are bad are named first, then those that take their users, then the busy ones.
      const weight = badness(place) * 1000 + (gain === undefined ? 0 : 100) + place.servedRps / most.rps;
      return [{ place, x: point[0], y: point[1], radius, labels: labelsOf(place, gain), weight }];
    })
    .sort((a, b) => a.weight - b.weight);
}

/** Begins with what is written on the map, so that who speaks to the browser can say it. */
function readOut(place: Place, written: string): string {
  const out = place.movedShare > 0 ? `, ${percent(place.movedShare)} moved out` : "";
  return `${written}: ${placeWords(place)}, ${rps(place.servedRps)} requests a second${out}`;
}

/** Of the font that names are written in, 11 px and half bold: near enough to keep names apart. */
const LETTER_WIDTH = 6.4;
/** What a finger hits. */
const REACH = 12;

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

function labelsOf(place: Place, gain: string | undefined) {
  const { name, verdict, state, movedShare } = place;
  const words = verdict === "healthy" ? state : verdictWord(place);
  const more = [
    ...(movedShare > 0 ? [`${name} ${words}, ${percent(movedShare)} out`] : []),
    ...(gain === undefined ? [] : [`${name} ${gain}`]),
  ];
  const texts = verdict === "healthy" && state === "serving" ? [...more, name] : [...more, `${name} ${words}`, name];
  return texts.map((text) => ({ text, width: text.length * LETTER_WIDTH }));
}

/** A ring around the sign as far as the share that is out. */
function ringPath(radius: number, share: number): string {
  const angle = 2 * Math.PI * Math.min(share, 0.999);
  const [x, y] = [radius * Math.sin(angle), -radius * Math.cos(angle)];
  return `M0 ${-radius}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}
