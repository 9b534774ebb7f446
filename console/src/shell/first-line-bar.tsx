import type { ControlView } from "../../../src/core/control-contract.ts";
import type { FirstLine } from "../../../src/core/control/first-line.ts";
import { rps } from "../../../src/core/control/words.ts";
import { useConsole } from "../context.tsx";
import { Moment } from "../look/moment.tsx";
import { countdownText } from "../look/moments.ts";
import { Sign } from "../look/sign.tsx";
import type { Picture } from "../picture/picture.ts";
import { RequestsChip } from "../requests/requests-chip.tsx";
import type { Shown } from "../timeline/use-picture.ts";

const SIGNS = { ok: "healthy", change: "shaky", urgent: "failing" } as const;
/** What the sign says to who doesn't see it. */
const LEVEL_WORDS = { ok: "All is well: ", change: "Something is wrong: ", urgent: "Urgent: " } as const;

/** Is anything wrong, where, what is being done, must I act? */
export function FirstLineBar(props: {
  readonly line: FirstLine | null;
  readonly view: ControlView | null;
  readonly shown: Shown;
  readonly now: number;
  readonly isPast: boolean;
}) {
  const { line, view, shown, now, isPast } = props;
  const picture = shown.state === "shown" ? shown.picture : null;
  if (line === null) {
    return (
      <section className="first-line" aria-label="State">
        <h1>{WITHOUT_A_LINE[shown.state]}</h1>
      </section>
    );
  }
  return (
    <section
      className={`first-line ${line.level}`}
      aria-label="State"
      aria-busy={shown.state === "shown" && shown.isBefore}
    >
      <Sign verdict={SIGNS[line.level]} size={22} />
      <h1>
        <span className="hidden">{LEVEL_WORDS[line.level]}</span>
        {line.text}
        {line.more > 0 && <span className="more"> And {line.more} more.</span>}
      </h1>
      <ul className="chips">
        {view !== null && !isPast && <Chips view={view} now={now} />}
        {picture !== null && isPast && picture.isHeld && <li className="chip held">❚❚ Everything was held</li>}
        {picture !== null && <li className="chip">{rps(totalRps(picture))} rps</li>}
        {!isPast && <RequestsChip />}
      </ul>
    </section>
  );
}

const WITHOUT_A_LINE: Readonly<Record<Shown["state"], string>> = {
  loading: "Asking Houston ...",
  shown: "Asking Houston ...",
  none: "Nothing is known of that moment.",
  failed: "Houston does not say how it was then.",
};

function totalRps({ places }: Picture): number {
  return places.reduce((sum, { servedRps }) => sum + servedRps, 0);
}

/** What changes how Houston acts, and what waits for a person. */
function Chips({ view, now }: { readonly view: ControlView; readonly now: number }) {
  const { canOrder, propose } = useConsole();
  const { hold, stopped, mode, questions, locations } = view;
  const held = locations.filter((place) => place.hold !== null);
  const question = [...questions].sort((a, b) => a.deadline - b.deadline)[0];
  return (
    <>
      {question !== undefined && (
        <li className="chip urgent">
          {questions.length === 1 ? "A question waits" : `${questions.length} questions wait`}:{" "}
          {countdownText(question.deadline - now)}
        </li>
      )}
      {hold !== null && (
        <li className="chip held">
          ❚❚ Held by {hold.by} since <Moment at={hold.at} now={now} />
          {canOrder && (
            <button type="button" className="small" onClick={() => propose({ kind: "release" })}>
              Release
            </button>
          )}
        </li>
      )}
      {stopped !== null && (
        <li className="chip urgent">
          ■ All moves stopped since <Moment at={stopped.at} now={now} />: {stopped.says}
          {canOrder && (
            <button type="button" className="small" onClick={() => propose({ kind: "release" })}>
              Release
            </button>
          )}
        </li>
      )}
      {held.length > 0 && <li className="chip held">❚❚ Held: {held.map(({ name }) => name).join(", ")}</li>}
      <li className={mode === "act" ? "chip" : "chip held"}>{MODE_WORDS[mode]}</li>
    </>
  );
}

const MODE_WORDS = {
  observe: "mode observe: says what it would do, moves nothing",
  approve: "mode approve: asks a person before it moves",
  act: "mode act",
} as const;
