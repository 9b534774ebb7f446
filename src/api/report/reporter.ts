import type { ControlView, Incident } from "../../core/control-contract.ts";
import { incidentId } from "../../runtime/recorder.ts";
import { lane } from "../lane.ts";
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
/** A disk may fail for a moment; what fails again and again would only cost the loop its time. */
const TRIES_MAX = 3;

export function reporter(given: Omit<ReportSources, "signal">): Reporter {
  const { store } = given;
  const breakOff = new AbortController();
  const sources: ReportSources = { ...given, signal: breakOff.signal };
  const asked = lane({ code: "too-many-reports", what: "reports", waitingMax: WAITING_MAX });
  /** Closed incidents that are worked out, or were tried as often as they may be. */
  const tries = new Map<string, number>();

  const keepEstimate = async (incident: Incident): Promise<void> => {
    const id = incidentId(incident);
    // What a Houston before us worked out stands: by now the log may know less.
    if ((await store.records({ kind: "without-move", id, limit: 1 })).length > 0) return;
    const body = await estimateFor(sources, incident);
    if (body.kind === "unknown") return;
    await store.record({ kind: "without-move", id, at: sources.now(), location: incident.location, body });
  };

  return {
    report: (number) => asked.take(() => makeReport(sources, number)),
    noticed(view) {
      for (const incident of view.incidents) {
        const id = incidentId(incident);
        const tried = tries.get(id) ?? 0;
        if (incident.closedAt === null || tried >= TRIES_MAX || asked.isFull()) continue;
        tries.set(id, TRIES_MAX);
        // A report that is asked for works it out by itself: what fails here is lost only when the log is gone.
        asked.take(() => keepEstimate(incident)).catch(() => tries.set(id, tried + 1));
      }
      const shown = new Set(view.incidents.map(incidentId));
      for (const id of tries.keys()) if (!shown.has(id)) tries.delete(id);
    },
    async stop() {
      breakOff.abort();
      await asked.empty();
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
