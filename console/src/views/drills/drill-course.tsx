import type { DrillReport } from "../../../../src/api/contract.ts";
import { seconds } from "../shared/figures.ts";
import { drillMarks, placeOfMark, type DrillMark } from "./drill-figures.ts";

/** A drill's course as a line: unsure, then sure and acting, then away, then back. The table says the same in figures. */
export function DrillCourse({ report, longestMs }: { readonly report: DrillReport; readonly longestMs: number }) {
  const marks = drillMarks(report);
  const place = ({ afterMs }: DrillMark): number => 100 * placeOfMark(afterMs, longestMs);
  return (
    <span className="course" aria-hidden="true">
      {marks.map((mark, index) => {
        const next = marks[index + 1];
        return (
          <span key={mark.name}>
            {next !== undefined && (
              <span
                className={`piece ${PIECES[mark.name]}`}
                style={{ left: `${place(mark)}%`, width: `${place(next) - place(mark)}%` }}
              />
            )}
            <span
              className="course-mark"
              style={{ left: `${place(mark)}%` }}
              title={`${mark.name} +${seconds(mark.afterMs)}`}
            />
          </span>
        );
      })}
    </span>
  );
}

/** What lies after each mark. */
const PIECES: Readonly<Record<DrillMark["name"], string>> = {
  fault: "unsure",
  certain: "acting",
  decided: "acting",
  "99 % well": "away",
  back: "home",
};

const SCALE_SECONDS = [1, 3, 10, 30, 100, 300, 1000];

export function CourseLegend({ longestMs }: { readonly longestMs: number }) {
  return (
    <>
      <p className="view-legend">
        <span>
          <span className="piece unsure" aria-hidden="true" /> fault, not certain yet
        </span>
        <span>
          <span className="piece acting" aria-hidden="true" /> certain, moving users
        </span>
        <span>
          <span className="piece away" aria-hidden="true" /> 99 % well, served elsewhere until back
        </span>
        <span>seconds from the fault, early ones drawn longer</span>
      </p>
      <div className="course scale" aria-hidden="true">
        {SCALE_SECONDS.filter((second) => second * 1000 <= longestMs).map((second) => (
          <span key={second} style={{ left: `${100 * placeOfMark(second * 1000, longestMs)}%` }}>
            {second} s
          </span>
        ))}
      </div>
    </>
  );
}
