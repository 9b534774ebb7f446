import { useState } from "react";
import { useConsole } from "../../context.tsx";
import { fieldText, momentOfField } from "../../look/moments.ts";

const STEP_MS = 60_000;

/** Now, or a past moment: a minute back, a minute on, or any that is typed, in the zone that the page shows. */
export function MomentChoice({
  at,
  setAt,
}: {
  readonly at: number | null;
  readonly setAt: (at: number | null) => void;
}) {
  const { live, zone } = useConsole();
  /** What stands in the field while somebody types: half a date is no moment yet. */
  const [typed, setTyped] = useState<string | null>(null);
  const houstonNow = (): number => Date.now() + live.get().aheadMs;
  const go = (to: number): void => setAt(to >= houstonNow() ? null : Math.round(to));
  return (
    <div className="moment-choice" role="group" aria-label="Moment">
      <span className="muted">As it {at === null ? "is now" : "was then"}.</span>
      <button type="button" className="small" onClick={() => go((at ?? houstonNow()) - STEP_MS)}>
        1 min earlier
      </button>
      <button type="button" className="small" onClick={() => go((at ?? 0) + STEP_MS)} disabled={at === null}>
        1 min later
      </button>
      <label>
        <span className="muted">At, {zone === "utc" ? "UTC" : "local time"}</span>{" "}
        <input
          type="datetime-local"
          step="1"
          value={typed ?? (at === null ? "" : fieldText(at, zone))}
          onChange={({ target }) => {
            setTyped(target.value);
            const chosen = momentOfField(target.value, zone);
            if (chosen !== null && chosen > 0 && chosen < houstonNow()) go(chosen);
          }}
          onBlur={() => setTyped(null)}
        />
      </label>
    </div>
  );
}
