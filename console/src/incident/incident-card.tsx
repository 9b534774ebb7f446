import "./incident.css";
import type { Incident, IncidentProgress } from "../../../src/core/control-contract.ts";
import { percent, rps } from "../../../src/core/control/words.ts";
import { useConsole } from "../context.tsx";
import { Bar } from "../look/bar.tsx";
import { Moment } from "../look/moment.tsx";
import { Link } from "../navigation.tsx";
import { QuestionBox } from "./question-box.tsx";

/** A trouble with its seven parts, always in this order: what, users, why, certain, doing, not doing, you need to. */
export function IncidentCard(props: {
  readonly incident: Incident;
  readonly maxUtilisation: number;
  readonly now: number;
}) {
  const { incident, maxUtilisation, now } = props;
  const { closedAt, location } = incident;
  return (
    <article
      className={`card incident ${closedAt === null ? incident.level : "closed"}`}
      aria-labelledby={`i${incident.number}`}
    >
      <header>
        <h2 id={`i${incident.number}`}>{incident.what}</h2>
        <p className="muted">
          Incident {incident.number}, since <Moment at={incident.openedAt} now={now} />
          {closedAt !== null && (
            <>
              , closed <Moment at={closedAt} now={now} />
            </>
          )}
          {location !== null && (
            <>
              {" · "}
              <Link to={{ view: "location", name: location, at: null, part: null }}>why {location}</Link>
            </>
          )}
          {" · "}
          <a href={`/api/incidents/${incident.number}/report?format=html`} target="_blank" rel="noreferrer">
            report
          </a>
        </p>
      </header>
      {incident.questions.map((question) => (
        <QuestionBox key={question.id} question={question} now={now} />
      ))}
      {incident.progress !== null && closedAt === null && (
        <Progress progress={incident.progress} now={now} maxUtilisation={maxUtilisation} />
      )}
      <dl>
        <Part name="Users" says={incident.users} />
        <Part name="Why" says={incident.why} />
        <Part name="Certain" says={incident.certain} />
        <Part name="Doing" says={incident.doing} />
        <Part name="Not doing" says={incident.notDoing} isStrong />
        <Part name="You need to" says={incident.youNeedTo} isStrong />
      </dl>
      {location !== null && closedAt === null && <CardOrders location={location} />}
    </article>
  );
}

function Part(props: { readonly name: string; readonly says: string; readonly isStrong?: boolean }) {
  return (
    <div className={props.isStrong === true ? "part strong" : "part"}>
      <dt>{props.name}</dt>
      <dd>{props.says}</dd>
    </div>
  );
}

/** How far the move is, and how full it makes the others. */
function Progress(props: {
  readonly progress: IncidentProgress;
  readonly now: number;
  readonly maxUtilisation: number;
}) {
  const { progress, now, maxUtilisation } = props;
  const { movedShare, wantedShare, doneAt, receivers, noRoomRps } = progress;
  return (
    <div className="progress">
      <div className="progress-line">
        <span className="progress-words">
          {percent(movedShare)} out{wantedShare < 1 ? ` of ${percent(wantedShare)}` : ""}
        </span>
        <progress max={1} value={movedShare} aria-label="Traffic moved out">
          {percent(movedShare)}
        </progress>
        {doneAt !== null && (
          <span className="muted">
            {doneAt > now ? "done about" : "done"} <Moment at={doneAt} now={now} />
          </span>
        )}
      </div>
      {noRoomRps >= 1 && <p className="no-room">{rps(noRoomRps)} rps find no place.</p>}
      {receivers.length > 0 && (
        <table className="receivers">
          <caption className="hidden">Receivers</caption>
          <thead>
            <tr>
              <th scope="col">To</th>
              <th scope="col">Takes</th>
              <th scope="col">Full</th>
            </tr>
          </thead>
          <tbody>
            {receivers.map(({ name, share, utilisation, readyRps }) => (
              <tr key={name}>
                <th scope="row">
                  <Link to={{ view: "location", name, at: null, part: null }}>{name}</Link>
                </th>
                <td className="number">{percent(share)}</td>
                <td>
                  <Bar
                    share={utilisation}
                    mark={maxUtilisation}
                    says={`${percent(utilisation)} of ${rps(readyRps)} rps`}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function CardOrders({ location }: { readonly location: string }) {
  const { canOrder, propose } = useConsole();
  if (!canOrder) return null;
  return (
    <p className="card-orders">
      <button type="button" onClick={() => propose({ kind: "hold", location })}>
        Hold {location}
      </button>
      <button type="button" onClick={() => propose({ kind: "restore", location })}>
        Move back
      </button>
      <button type="button" onClick={() => propose({ kind: "evacuate", location })}>
        Evacuate all
      </button>
      <Link to={{ view: "plan", without: location }}>Plan</Link>
    </p>
  );
}
