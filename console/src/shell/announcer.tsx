import type { FirstLine } from "../../../src/core/control/first-line.ts";

/**
 * What is read out to who doesn't look. Figures change every second, so only what happened counts: another incident, another
 * level, another question. Urgent things interrupt, others wait for a pause.
 */
export function Announcer({ line, says }: { readonly line: FirstLine | null; readonly says: string }) {
  const isUrgent = line?.level === "urgent";
  return (
    <>
      <div className="hidden" aria-live="polite">
        {isUrgent ? "" : says}
      </div>
      <div className="hidden" aria-live="assertive">
        {isUrgent ? says : ""}
      </div>
    </>
  );
}
