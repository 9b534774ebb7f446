import "./now.css";
import { useCallback } from "react";
import type { ControlView } from "../../../../src/core/control-contract.ts";
import { openIncidents } from "../../../../src/core/control/first-line.ts";
import type { LocationName } from "../../../../src/core/estate.ts";
import { useConsole, useLive, useNow } from "../../context.tsx";
import { QuestionBox } from "../../incident/question-box.tsx";
import { IncidentCard } from "../../incident/incident-card.tsx";
import { WorldMap } from "../../map/world-map.tsx";
import { Link, lookAt } from "../../navigation.tsx";
import type { Picture } from "../../picture/picture.ts";
import { LocationsTable } from "../../table/locations-table.tsx";
import { chosenWords } from "../../timeline/choose-words.ts";
import { PictureOr } from "../../timeline/picture-or.tsx";
import { Scrubber } from "../../timeline/scrubber.tsx";
import { useIncidents } from "../../timeline/use-incidents.ts";
import type { Shown } from "../../timeline/use-picture.ts";
import { WordsList } from "../../timeline/words-list.tsx";

/** The world as it is, or was: what is wrong and what is done about it, the map, and every location. */
export function NowView({ at, shown }: { readonly at: number | null; readonly shown: Shown }) {
  const { canOrder, propose } = useConsole();
  const world = useLive((live) => live.world);
  const view = useLive((live) => live.view);
  const words = useLive((live) => live.words);
  const trail = useLive((live) => live.trail);
  const incidents = useIncidents();
  const setAt = useCallback((moment: number | null) => lookAt({ view: "map", at }, moment), [at]);
  const order = useCallback(
    (location: LocationName, kind: "evacuate" | "restore") => propose({ kind, location }),
    [propose],
  );
  if (world === null) return <p className="waiting">Loading the map ...</p>;
  const { maxUtilisation } = world.estate.guards;
  return (
    <div className="now">
      {at === null && view !== null && <Incidents view={view} maxUtilisation={maxUtilisation} />}
      {at !== null && shown.state === "shown" && <PastIncidents at={at} incidents={shown.picture.incidents} />}
      <div className="now-main">
        <section className="card map-card" aria-label="Map">
          <PictureOr shown={shown}>{(picture) => <WorldMap world={world} picture={picture} at={at} />}</PictureOr>
          {/* Where no picture is kept it still leads on, and keeps the keyboard. */}
          <Scrubber at={at} setAt={setAt} incidents={incidents} words={words} />
        </section>
        {shown.state === "shown" && (
          <section className="card table-card" aria-label="Locations" aria-busy={shown.isBefore}>
            <LocationsTable
              picture={shown.picture}
              trail={at === null ? trail : null}
              maxUtilisation={maxUtilisation}
              at={at}
              propose={canOrder && at === null ? order : null}
            />
          </section>
        )}
      </div>
      <section className="card now-words" aria-labelledby="last-words">
        <h2 id="last-words">Houston's last words{at === null ? "" : " by then"}</h2>
        {at !== null && at < (words.at(-1)?.at ?? 0) ? (
          <p className="muted">That was before the words that this page has.</p>
        ) : (
          <WordsList
            words={chosenWords(words, { filter: null, until: at }).slice(0, WORDS_SHOWN)}
            day={view?.at ?? 0}
            isWhole={false}
          />
        )}
        <p>
          <Link to={{ view: "timeline", at, filter: null }}>The whole timeline</Link>
        </p>
      </section>
    </div>
  );
}

const WORDS_SHOWN = 12;

/** What was open then, each with what Houston said of it up to that moment. */
function PastIncidents(props: { readonly at: number; readonly incidents: Picture["incidents"] }) {
  const { at, incidents } = props;
  if (incidents.length === 0) return null;
  return (
    <section className="card now-incidents" aria-label="Open then">
      <ul className="past-incidents">
        {incidents.map(({ number, brief }) => (
          <li key={number}>
            <Link to={{ view: "timeline", at, filter: `incident ${number}` }}>Incident {number}</Link>: {brief}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The open ones whole; what was closed within the hour folded up. */
function Incidents({ view, maxUtilisation }: { readonly view: ControlView; readonly maxUtilisation: number }) {
  const now = useNow();
  const asked = new Set(view.incidents.flatMap(({ questions }) => questions.map(({ id }) => id)));
  const others = view.questions.filter(({ id }) => !asked.has(id));
  if (view.incidents.length === 0 && others.length === 0) return null;
  const open = openIncidents(view);
  const closed = view.incidents.filter(({ closedAt }) => closedAt !== null);
  return (
    <div className="now-incidents">
      {others.map((question) => (
        <QuestionBox key={question.id} question={question} now={now} />
      ))}
      {open.map((incident) => (
        <IncidentCard key={incident.number} incident={incident} maxUtilisation={maxUtilisation} now={now} />
      ))}
      {closed.length > 0 && (
        <details className="card">
          <summary>
            {closed.length === 1 ? "An incident was" : `${closed.length} incidents were`} closed within the hour
          </summary>
          {closed.map((incident) => (
            <IncidentCard key={incident.number} incident={incident} maxUtilisation={maxUtilisation} now={now} />
          ))}
        </details>
      )}
    </div>
  );
}
