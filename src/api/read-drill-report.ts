import { CallerError } from "../core/errors.ts";
import type { DrillReport } from "./drill-report.ts";
import { drillReport } from "./schema/drill-report.ts";

/** Checks the body of `POST /api/drills`; what it does not know is left out. Throws `CallerError`. */
export function readDrillReport(body: unknown): DrillReport {
  const parsed = drillReport.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, ISSUES_SAID_MAX);
  throw new CallerError({
    code: "bad-drill-report",
    message: issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; "),
    hint: "send what `houston drill NAME --json` prints",
  });
}

const ISSUES_SAID_MAX = 5;
