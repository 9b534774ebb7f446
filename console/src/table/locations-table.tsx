import "./table.css";
import { memo, useState } from "react";
import { percent, rps } from "../../../src/core/control/words.ts";
import type { LocationName } from "../../../src/core/estate.ts";
import type { Columns, Trail } from "../live/trail.ts";
import { Bar } from "../look/bar.tsx";
import { LastHeard } from "../look/last-heard.tsx";
import { Sign } from "../look/sign.tsx";
import { Link } from "../navigation.tsx";
import { badness, placeWords, utilisation, type Picture, type Place } from "../picture/picture.ts";
import { keepWish, wish } from "../session.ts";
import { nextSorting, readSorting, sortedPlaces, sortingText, type Column } from "./sort-places.ts";
import { Sparkline } from "./sparkline.tsx";

/** All locations with their figures, the worst first. */
export function LocationsTable(props: {
  readonly picture: Picture;
  readonly trail: Trail | null;
  readonly maxUtilisation: number;
  readonly at: number | null;
  readonly propose: ((location: LocationName, kind: "evacuate" | "restore") => void) | null;
}) {
  const { picture, trail, maxUtilisation, at, propose } = props;
  const [sorting, setSorting] = useState(() => readSorting(wish("sort")));
  const head = (column: Column, words: string, className = "") => {
    const isSorted = sorting.column === column;
    return (
      <th
        scope="col"
        className={className}
        aria-sort={isSorted ? (sorting.isUp ? "ascending" : "descending") : undefined}
      >
        <button
          type="button"
          className="plain"
          onClick={() => {
            const next = nextSorting(sorting, column);
            keepWish("sort", sortingText(next));
            setSorting(next);
          }}
        >
          {words}
          {isSorted ? (sorting.isUp ? " ▴" : " ▾") : ""}
        </button>
      </th>
    );
  };
  return (
    <table className="places">
      <caption className="hidden">Locations, their state, requests a second and failures</caption>
      <thead>
        <tr>
          {head("name", "Location")}
          {head("worst", "State")}
          {head("rps", "rps", "number")}
          {trail !== null && (
            <th scope="col" className="wide">
              10 min
            </th>
          )}
          {head("failed", "Fails", "number")}
          {head("used", "Of ready", "wide")}
          {head("moved", "Out", "number")}
          {propose !== null && (
            <th scope="col" className="wide">
              <span className="hidden">Orders</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {sortedPlaces(picture.places, sorting).map((place) => (
          <Row
            key={place.name}
            {...place}
            at={at}
            trailAt={trail?.at ?? null}
            columns={trail?.places[place.name]}
            maxUtilisation={maxUtilisation}
            propose={propose}
          />
        ))}
      </tbody>
    </table>
  );
}

const Row = memo(function Row(
  props: Place & {
    readonly at: number | null;
    readonly trailAt: readonly number[] | null;
    readonly columns: Columns | undefined;
    readonly maxUtilisation: number;
    readonly propose: ((location: LocationName, kind: "evacuate" | "restore") => void) | null;
  },
) {
  const { name, verdict, state, silent, at, trailAt, columns, maxUtilisation, propose, ...place } = props;
  const used = utilisation(place);
  const isOut = state === "evacuated" || state === "draining";
  return (
    <tr className={`${badness({ ...props }) >= 2 ? "trouble" : ""}${silent === null ? "" : " silent"}`}>
      <th scope="row">
        <Sign verdict={verdict} isHollow={state === "evacuated"} />{" "}
        <Link to={{ view: "location", name, at, part: null }}>{name}</Link>
      </th>
      <td className={`words ${verdict}`}>
        {placeWords({ name, verdict, state, silent, ...place })}
        {silent !== null && (
          <span className="cause">
            <LastHeard silent={silent} />
          </span>
        )}
        {place.cause !== null && verdict !== "healthy" && <span className="cause">likely {place.cause}</span>}
      </td>
      <td className="number">{rps(place.servedRps)}</td>
      {trailAt !== null && (
        <td className="wide chart">
          <Sparkline at={trailAt} columns={columns} width={88} height={22} />
        </td>
      )}
      <td className={`number${place.failedRatio >= FAILS_MARKED ? " failing" : ""}`}>{failsText(place.failedRatio)}</td>
      <td className="wide">
        {used === null ? (
          "nothing ready"
        ) : (
          <Bar share={used} mark={maxUtilisation} says={`${percent(used)} of ${rps(place.readyRps)}`} />
        )}
      </td>
      <td className="number">{place.movedShare > 0 ? percent(place.movedShare) : "-"}</td>
      {propose !== null && (
        <td className="wide">
          <button type="button" className="small" onClick={() => propose(name, isOut ? "restore" : "evacuate")}>
            {isOut ? "Restore" : "Evacuate"}
            <span className="hidden"> {name}</span>
          </button>
        </td>
      )}
    </tr>
  );
});

function failsText(ratio: number): string {
  return ratio > 0 && ratio < 0.001 ? "< 0.1 %" : percent(ratio);
}

/** Only to draw the eye; what is too many is judged by Houston, not here. */
const FAILS_MARKED = 0.01;
