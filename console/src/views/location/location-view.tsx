import "./location.css";
import { Suspense } from "react";
import { boundWords } from "../../../../src/core/control/bound-words.ts";
import type { LocationView as Seen } from "../../../../src/core/control-contract.ts";
import { badPathLines } from "../../../../src/core/control/path-words.ts";
import { percent, rps } from "../../../../src/core/control/words.ts";
import { useConsole, useLive, useNow } from "../../context.tsx";
import { lazyView } from "../../lazy-view.tsx";
import { IncidentCard } from "../../incident/incident-card.tsx";
import { Bar } from "../../look/bar.tsx";
import { LastHeard } from "../../look/last-heard.tsx";
import { Moment } from "../../look/moment.tsx";
import { clockText } from "../../look/moments.ts";
import { Sign } from "../../look/sign.tsx";
import { Link } from "../../navigation.tsx";
import { placeWords, utilisation, type Place } from "../../picture/picture.ts";
import { RequestsOf } from "../../requests/requests-of.tsx";
import type { Shown } from "../../timeline/use-picture.ts";
import { Trend } from "./trend.tsx";

const StackView = lazyView(async () => (await import("../stack/stack-view.tsx")).StackView);

/** One location: how it is, what may be ordered, its last minutes, and its stack with what speaks against it. */
export function LocationView(props: {
  readonly name: string;
  readonly at: number | null;
  readonly part: string | null;
  readonly shown: Shown;
}) {
  const { name, at, part, shown } = props;
  const { client } = useConsole();
  const world = useLive((live) => live.world);
  const view = useLive((live) => live.view);
  const now = useNow();
  const place = shown.state === "shown" ? shown.picture.places.find((each) => each.name === name) : undefined;
  if (world === null || shown.state === "loading") return <p className="waiting">Loading {name} ...</p>;
  const location = world.estate.locations.find((each) => each.name === name);
  if (location === undefined) {
    return (
      <p className="waiting">
        There is no location {name}. <Link to={{ view: "map", at: null }}>To the map</Link>
      </p>
    );
  }
  const { maxUtilisation } = world.estate.guards;
  const seen = at === null ? view?.locations.find((each) => each.name === name) : undefined;
  const badPaths = seen === undefined ? [] : badPathLines(seen);
  const held = seen?.hold ?? null;
  const incidents = at === null ? (view?.incidents ?? []).filter((each) => each.location === name) : [];
  return (
    <div className="location">
      <section className="card location-head" aria-labelledby="location-name">
        <div className="location-title">
          {place !== undefined && <Sign verdict={place.verdict} isHollow={place.state === "evacuated"} size={20} />}
          <h2 id="location-name">{name}</h2>
          <span className="muted">
            {location.provider}, {location.country}
          </span>
          {at === null && (
            <Orders name={name} isHeld={held !== null} isOut={place !== undefined && place.state !== "serving"} />
          )}
        </div>
        {held !== null && (
          <p className="held-words">
            ❚❚ Held by {held.by} since <Moment at={held.at} now={now} />: nothing of it moves by itself.
          </p>
        )}
        {badPaths.map((line) => (
          <p key={line} className="path-words">
            {line}.
          </p>
        ))}
        {place !== undefined && place.silent !== null && (
          <p className="silent-words">
            Its node is silent, <LastHeard silent={place.silent} />
            {place.silent.since === null ? "." : ": these figures are of then."}
          </p>
        )}
        {place === undefined ? (
          <p className="muted">Nothing is known of it at that moment.</p>
        ) : (
          <Figures place={place} capacityRps={location.capacityRps} maxUtilisation={maxUtilisation} />
        )}
        {seen !== undefined && <Room place={seen} now={now} />}
        {at === null && <RequestsOf name={name} />}
        {at === null && <Trend name={name} />}
        <p className="location-links">
          <Link to={{ view: "plan", without: name }}>What if it went?</Link>
          <Link to={{ view: "timeline", at, filter: name }}>What Houston said of it</Link>
        </p>
      </section>
      {incidents.map((incident) => (
        <IncidentCard key={incident.number} incident={incident} maxUtilisation={maxUtilisation} now={now} />
      ))}
      <Suspense fallback={<p className="waiting">Loading its stack ...</p>}>
        <StackView client={client} name={name} at={at} part={part} isSilent={(place?.silent ?? null) !== null} />
      </Suspense>
    </div>
  );
}

function Orders(props: { readonly name: string; readonly isHeld: boolean; readonly isOut: boolean }) {
  const { name, isHeld, isOut } = props;
  const { canOrder, propose } = useConsole();
  if (!canOrder) return null;
  return (
    <span className="location-orders">
      <button type="button" onClick={() => propose({ kind: "evacuate", location: name })}>
        Evacuate
      </button>
      {isOut && (
        <button type="button" onClick={() => propose({ kind: "restore", location: name })}>
          Restore
        </button>
      )}
      <button type="button" onClick={() => propose({ kind: isHeld ? "release" : "hold", location: name })}>
        {isHeld ? "Release" : "Hold"}
      </button>
    </span>
  );
}

/** What plans count on when that is less than its scaler says, and what it is known to carry. */
function Room({ place, now }: { readonly place: Seen; readonly now: number }) {
  const { zone } = useConsole();
  const { readyRps, bound, proven } = place;
  const when = (at: number): string => clockText(at, zone, now);
  const words = [
    ...(bound === undefined ? [] : [`Counted: ${boundWords({ readyRps, ...bound }, { now, when })}.`]),
    ...(proven === undefined ? [] : [`It has carried ${rps(proven.rps)} rps well: ${when(proven.at)}.`]),
  ];
  return words.length === 0 ? null : <p className="muted">{words.join(" ")}</p>;
}

function Figures(props: { readonly place: Place; readonly capacityRps: number; readonly maxUtilisation: number }) {
  const { place, capacityRps, maxUtilisation } = props;
  const used = utilisation(place);
  return (
    <dl className="figures">
      <div>
        <dt>State</dt>
        <dd>{placeWords(place)}</dd>
      </div>
      <div>
        <dt>Serves</dt>
        <dd>{rps(place.servedRps)} rps</dd>
      </div>
      <div>
        <dt>Asked here</dt>
        <dd>{rps(place.demandRps)} rps</dd>
      </div>
      <div>
        <dt>Fails</dt>
        <dd>{percent(place.failedRatio)}</dd>
      </div>
      <div>
        <dt>Moved out</dt>
        <dd>{percent(place.movedShare)}</dd>
      </div>
      <div>
        <dt>Full</dt>
        <dd>
          {used === null ? (
            "nothing is ready"
          ) : (
            <Bar
              share={used}
              mark={maxUtilisation}
              says={`${percent(used)} of ${rps(place.readyRps)} ready; may grow to ${rps(capacityRps)}`}
            />
          )}
        </dd>
      </div>
      {place.cause !== null && (
        <div>
          <dt>Likely</dt>
          <dd>{place.cause}</dd>
        </div>
      )}
    </dl>
  );
}
