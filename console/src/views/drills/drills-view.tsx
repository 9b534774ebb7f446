import { Fragment, useCallback } from "react";
import type { HoustonClient } from "../../../../src/api/client.ts";
import type { DrillReport, KeptDrill } from "../../../../src/api/contract.ts";
import { Answered } from "../shared/answered.tsx";
import { amount, counted, seconds } from "../shared/figures.ts";
import { usePolled } from "../shared/use-polled.ts";
import { navigate } from "../../navigation.tsx";
import { Sign } from "../../look/sign.tsx";
import { afterFault, drillFaults, drillMarks, failedWords, overloadWords, reportFacts } from "./drill-figures.ts";
import { DrillCourse, CourseLegend } from "./drill-course.tsx";
import { When } from "../shared/when.tsx";
import "./drills.css";

/** A drill takes minutes; its report comes when it is over. */
const ASK_EVERY_MS = 10_000;

/** The last drills: how soon Houston was certain and users were well again, and what it cost. */
export function DrillsView({ client, opened }: { readonly client: HoustonClient; readonly opened: string | null }) {
  const drills = usePolled(
    useCallback(() => client.drills(), [client]),
    ASK_EVERY_MS,
  );
  return (
    <article className="view drills-view">
      <header>
        <h2>Drills</h2>
        <p className="muted">
          Run one on the planet in a box: <code>houston drill gray</code>, or all of them: <code>houston drills</code>
        </p>
      </header>
      <Answered polled={drills} what="the drills">
        {(runs) => (runs.length === 0 ? <Nothing /> : <Runs runs={runs} opened={opened} />)}
      </Answered>
    </article>
  );
}

function Nothing() {
  return (
    <section className="card">
      <p>
        <strong>No drill has been run against this Houston yet.</strong>
      </p>
      <p className="muted">
        A drill makes a fault on purpose and lets users and the bank count what it cost: <code>houston drill gray</code>{" "}
        takes two minutes, and its report comes here.
      </p>
    </section>
  );
}

function Runs({ runs, opened }: { readonly runs: readonly KeptDrill[]; readonly opened: string | null }) {
  const longestMs = Math.max(...runs.flatMap(({ report }) => drillMarks(report).map(({ afterMs }) => afterMs)), 1000);
  return (
    <section className="card" aria-label="The last drills, newest first">
      {opened !== null && !runs.some(({ report }) => keptAs(report) === opened) && (
        <p role="status">
          <strong>
            The drill {opened} is not among the last {counted(runs.length, "one")}.
          </strong>
        </p>
      )}
      <CourseLegend longestMs={longestMs} />
      <table className="drills">
        <thead>
          <tr>
            {COLUMNS.map(({ name, isNumber }) => (
              <th key={name} scope="col" className={isNumber ? "number" : ""}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map(({ report }) => {
            const key = keptAs(report);
            const isOpen = opened === key;
            return (
              <Fragment key={key}>
                <tr>
                  <th scope="row">
                    <button
                      type="button"
                      className="link"
                      aria-expanded={isOpen}
                      onClick={() => navigate({ view: "drills", report: isOpen ? null : key }, "within")}
                    >
                      {report.drill}
                    </button>
                    <span className="muted">
                      <When at={report.faultAt} /> {report.locations.join(", ") || "everywhere"}
                    </span>
                  </th>
                  {FIGURES.map(({ name, figure, isIll }) => (
                    <td key={name} className="number" data-label={name}>
                      {isIll(report) && <Sign verdict="failing" size={12} />}
                      {figure(report)}
                    </td>
                  ))}
                </tr>
                <tr className="course-row">
                  <td colSpan={COLUMNS.length}>
                    <DrillCourse report={report} longestMs={longestMs} />
                    {isOpen && <Report report={report} />}
                  </td>
                </tr>
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The name that Houston keeps it by: the same drill is kept once. */
function keptAs({ drill, faultAt }: DrillReport): string {
  return `${drill}-${faultAt}`;
}

const never = (): boolean => false;

/** What a person compares: seconds from the fault, then what it cost. */
const FIGURES: readonly {
  readonly name: string;
  readonly figure: (report: DrillReport) => string;
  readonly isIll: (report: DrillReport) => boolean;
}[] = [
  { name: "certain after", figure: (report) => afterFault(report, report.certainAt), isIll: never },
  { name: "decided after", figure: (report) => afterFault(report, report.decidedAt), isIll: never },
  { name: "99 % well after", figure: (report) => afterFault(report, report.moved99At), isIll: never },
  { name: "back after", figure: (report) => afterFault(report, report.restoredAt), isIll: never },
  { name: "failed", figure: failedWords, isIll: never },
  { name: "lost", figure: ({ checkouts }) => amount(checkouts.lost), isIll: ({ checkouts }) => checkouts.lost > 0 },
  {
    name: "doubled",
    figure: ({ checkouts }) => amount(checkouts.doubled),
    isIll: ({ checkouts }) => checkouts.doubled > 0,
  },
  {
    name: "needless moves",
    figure: ({ needlessMoves }) => amount(needlessMoves),
    isIll: ({ needlessMoves }) => needlessMoves > 0,
  },
  {
    name: "over capacity",
    figure: (report) => overloadWords(report) ?? "nobody",
    isIll: (report) => overloadWords(report) !== null,
  },
];

const COLUMNS = [{ name: "drill", isNumber: false }, ...FIGURES.map(({ name }) => ({ name, isNumber: true }))];

function Report({ report }: { readonly report: DrillReport }) {
  const faults = drillFaults(report);
  return (
    <div className="report">
      <p>
        {faults.length === 0 ? (
          <>
            <Sign verdict="healthy" size={12} /> Nothing lost, doubled, needless or over capacity.
          </>
        ) : (
          <>
            <Sign verdict="failing" size={12} /> <b>{faults.join("; ")}.</b>
          </>
        )}
      </p>
      <dl className="facts">
        {reportFacts(report).map(({ name, says }) => (
          <div key={`${name} ${says}`}>
            <dt>{name}</dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <ol className="log">
        {report.timeline.map(({ at, says }, index) => (
          <li key={`${index} ${at}`}>
            <When at={at} /> <span className="muted">{sinceFault(at - report.faultAt)}</span> {says}
          </li>
        ))}
      </ol>
    </div>
  );
}

function sinceFault(ms: number): string {
  return ms < 0 ? `${seconds(-ms)} before` : `+${seconds(ms)}`;
}
