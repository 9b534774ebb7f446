import { houstonClient } from "../api/client.ts";
import type { DrillReport } from "../api/drill-report.ts";
import { tell } from "./output.ts";

/** Gives a report to the Houston that was rehearsed, so that every face shows it. One that does not answer costs only that. */
export async function keepDrill(
  planet: { readonly api: string; readonly token: string },
  report: DrillReport,
): Promise<void> {
  try {
    await houstonClient(planet).keepDrill(report);
  } catch (error) {
    tell(`this report is not among Houston's drills: ${error instanceof Error ? error.message : String(error)}`);
  }
}
