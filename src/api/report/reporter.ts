import type { ControlView } from "../../core/control-contract.ts";
import { CallerError } from "../../core/errors.ts";
import { incidentId } from "../../runtime/recorder.ts";
import { htmlOf } from "./html.ts";
import type { IncidentReport } from "./incident-report.ts";
import { estimateFor, makeReport, type ReportSources } from "./make-report.ts";
import { markdownOf } from "./markdown.ts";
import { sectionsOf, titleOf } from "./sections.ts";

export type Reporter = {
  /** One at a time; throws `CallerError`. */
  report(number: number): Promise<IncidentReport>;
  /** Works out what an incident that has just closed would have been without a move, while the log of it is there. */
  noticed(view: ControlView): void;
  stop(): Promise<void>;
};

/** Each takes a second or two of work; who asks for more at once is no person. */
const WAITING_MAX = 8;

export function reporter(given: Omit<ReportSources, "signal">): Reporter {
  const { store } = given;
  const breakOff = new AbortController();
  const sources: ReportSources = { ...given, signal: breakOff.signal };
  const kept = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (waiting >= WAITING_MAX) {
      throw new CallerError({
        code: "too-many-reports",
        message: `${waiting} reports are being made already`,
        hint: "ask again in a few seconds",
      });
    }
    waiting += 1;
    const done = last.then(work, work).finally(() => (waiting -= 1));
    last = done.catch(() => {});
    return done;
  };

  return {
    report: async (number) => inTurn(() => makeReport(sources, number)),
    noticed(view) {
      for (const incident of view.incidents) {
        const id = incidentId(incident);
        if (incident.closedAt === null || kept.has(id) || waiting >= WAITING_MAX) continue;
        kept.add(id);
        // A report that is asked for works it out by itself: what fails here is lost only when the log is gone.
        inTurn(async () => {
          const body = await estimateFor(sources, incident);
          if (body.kind === "unknown") return;
          await store.record({ kind: "without-move", id, at: sources.now(), location: incident.location, body });
        }).catch(() => kept.delete(id));
      }
      const shown = new Set(view.incidents.map(incidentId));
      for (const id of kept) if (!shown.has(id)) kept.delete(id);
    },
    async stop() {
      breakOff.abort();
      await last;
    },
  };
}

export type ReportFormat = "json" | "md" | "html";

export const REPORT_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: "application/json; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  html: "text/html; charset=utf-8",
};

export function written(report: IncidentReport, format: ReportFormat): string {
  switch (format) {
    case "json":
      return JSON.stringify(report);
    case "md":
      return markdownOf(titleOf(report), sectionsOf(report));
    case "html":
      return htmlOf(titleOf(report), sectionsOf(report));
  }
}
