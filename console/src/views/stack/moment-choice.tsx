import { useConsole } from "../../context.tsx";
import { navigate } from "../../navigation.tsx";

const STEP_MS = 60_000;

/** Now, or a past moment: a minute back, a minute on, or any that is typed. */
export function MomentChoice({ name, at }: { readonly name: string; readonly at: number | null }) {
  const { live } = useConsole();
  const houstonNow = (): number => Date.now() + live.get().aheadMs;
  const go = (to: number): void =>
    navigate({ view: "location", name, at: to >= houstonNow() ? null : Math.round(to) }, "replace");
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
        <span className="muted">At</span>{" "}
        <input
          type="datetime-local"
          step="1"
          value={at === null ? "" : localText(at)}
          onChange={({ target }) => {
            const chosen = new Date(target.value).getTime();
            if (Number.isFinite(chosen)) go(chosen);
          }}
        />
      </label>
    </div>
  );
}

/** As the browser's own field wants it: local time without a zone. */
function localText(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
