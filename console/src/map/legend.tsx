import { percent, rps } from "../../../src/core/control/words.ts";
import { LastHeard } from "../look/last-heard.tsx";
import { Sign } from "../look/sign.tsx";
import { placeWords, utilisation, type Picture } from "../picture/picture.ts";

/** What the signs mean; and while somebody points at a place, what there is to say of it. */
export function Legend({ picture, focus }: { readonly picture: Picture; readonly focus: string | null }) {
  const place = picture.places.find(({ name }) => name === focus);
  if (place === undefined) {
    return (
      <figcaption className="legend">
        <span>
          <Sign verdict="healthy" /> healthy
        </span>
        <span>
          <Sign verdict="shaky" /> shaky
        </span>
        <span>
          <Sign verdict="failing" /> failing
        </span>
        <span>
          <Sign verdict="healthy" isHollow /> evacuated
        </span>
        <span className="legend-rest">size: requests a second · small dots: users, with who serves them</span>
      </figcaption>
    );
  }
  const index = picture.places.indexOf(place);
  const zones = picture.servedBy.filter((server) => server === index).length;
  const used = utilisation(place);
  return (
    <figcaption className="legend">
      <strong>{place.name}</strong>
      <span>{placeWords(place)}</span>
      {place.silent !== null && (
        <span>
          <LastHeard silent={place.silent} />
        </span>
      )}
      <span>
        {rps(place.servedRps)} rps{used === null ? "" : `, ${percent(used)} of what is ready`}
      </span>
      <span>{percent(place.failedRatio)} fail</span>
      {place.cause !== null && <span>likely {place.cause}</span>}
      {place.movedShare > 0 && <span>{percent(place.movedShare)} moved out</span>}
      <span className="legend-rest">
        serves {zones} of {picture.servedBy.length} zones
      </span>
    </figcaption>
  );
}
