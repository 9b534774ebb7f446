import "./timeline-view.css";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { TimelineEntry } from "../../../../src/drivers/chat/timeline.ts";
import { useConsole, useLive } from "../../context.tsx";
import { Moment } from "../../look/moment.tsx";
import { WorldMap } from "../../map/world-map.tsx";
import { lookAt, navigate } from "../../navigation.tsx";
import { ProblemBox } from "../../look/problem-box.tsx";
import { problemOf, type Problem } from "../../use-answer.ts";
import { LocationsTable } from "../../table/locations-table.tsx";
import { chosenWords, filterChoices } from "../../timeline/choose-words.ts";
import { PictureOr } from "../../timeline/picture-or.tsx";
import { Scrubber } from "../../timeline/scrubber.tsx";
import { knownBackFrom, stretchOf, type Stretch } from "../../timeline/stretches.ts";
import { useIncidents } from "../../timeline/use-incidents.ts";
import type { Shown } from "../../timeline/use-picture.ts";
import { WordsList } from "../../timeline/words-list.tsx";

/** What Houston said, beside the world as it was when it said it. */
export function TimelineView(props: {
  readonly at: number | null;
  readonly filter: string | null;
  readonly shown: Shown;
}) {
  const { at, filter, shown } = props;
  const world = useLive((live) => live.world);
  const view = useLive((live) => live.view);
  const incidents = useIncidents();
  const { words, knownFrom, earlier, problem } = useWords(at);
  const setAt = useCallback((moment: number | null) => lookAt({ view: "timeline", at, filter }, moment), [at, filter]);
  const chosen = useMemo(() => chosenWords(words ?? [], { filter, until: at }), [words, filter, at]);
  const hiddenCount = at === null || words === null ? 0 : words.filter((entry) => entry.at > at).length;
  return (
    <div className="timeline">
      <div className="card timeline-past">
        <Scrubber at={at} setAt={setAt} incidents={incidents} words={words ?? NONE} />
      </div>
      <section className="card timeline-words" aria-labelledby="said">
        <header className="timeline-head">
          <h2 id="said">What Houston said</h2>
          <label>
            <span className="hidden">Only about </span>
            <select
              value={filter ?? ""}
              onChange={(event) => {
                const next = event.currentTarget.value;
                navigate({ view: "timeline", at, filter: next === "" ? null : next }, "within");
              }}
            >
              <option value="">about everything</option>
              {filterChoices({
                locations: world?.estate.locations.map(({ name }) => name) ?? [],
                incidents: incidents.map(({ number }) => number),
                chosen: filter,
              }).map(({ value, words: says }) => (
                <option key={value} value={value}>
                  {says}
                </option>
              ))}
            </select>
          </label>
        </header>
        {hiddenCount > 0 && <p className="muted">{hiddenCount} later words are not shown: this is as it was then.</p>}
        {words === null ? (
          <p className="waiting">Asking Houston what it said ...</p>
        ) : chosen.length === 0 && earlier !== null ? (
          <p className="muted">
            Nothing {filter === null ? "" : "of it "}since <Moment at={knownFrom} now={view?.at ?? 0} />.
          </p>
        ) : (
          <WordsList words={chosen} day={view?.at ?? 0} isWhole />
        )}
        {problem !== null && <ProblemBox problem={problem} />}
        {earlier !== null && (
          <p>
            <button type="button" onClick={earlier}>
              Earlier words
            </button>
          </p>
        )}
      </section>
      <div className="timeline-world">
        {world !== null && (
          <PictureOr shown={shown}>
            {(picture) => (
              <>
                <section className="card map-card" aria-label="Map">
                  <WorldMap world={world} picture={picture} at={at} />
                </section>
                <section className="card table-card" aria-label="Locations">
                  <LocationsTable
                    picture={picture}
                    trail={null}
                    maxUtilisation={world.estate.guards.maxUtilisation}
                    at={at}
                    propose={null}
                  />
                </section>
              </>
            )}
          </PictureOr>
        )}
      </div>
    </div>
  );
}

const NONE: readonly TimelineEntry[] = [];

/** How many words are asked for at once. */
const WORDS_ASKED = 200;
/** Who drags the slider asks where it stops, not at each step. */
const SETTLED_MS = 200;

/** Live words, and those from before them as somebody goes back; null: those of that moment are still to come. */
function useWords(at: number | null) {
  const { client } = useConsole();
  const live = useLive((now) => now.words);
  const [asked, setAsked] = useState<readonly Stretch[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const known = useMemo(() => {
    const oldest = live.at(-1);
    const now = oldest === undefined ? [] : [{ from: oldest.at, until: Number.POSITIVE_INFINITY, words: live }];
    return knownBackFrom([...now, ...asked], at ?? Number.POSITIVE_INFINITY);
  }, [live, asked, at]);

  const ask = useCallback(
    async (until: number) => {
      try {
        const more = stretchOf(await client.timeline({ until, limit: WORDS_ASKED }), { until, limit: WORDS_ASKED });
        setProblem(null);
        setAsked((before) => [...before, more]);
      } catch (error) {
        setProblem(problemOf(error));
      }
    },
    [client],
  );
  // Who looks at a moment before all that is known is told what was said then.
  const unknown = known === null ? at : null;
  useEffect(() => {
    if (unknown === null) return;
    const timer = setTimeout(() => void ask(unknown), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [unknown, ask]);
  const from = known?.from ?? 0;
  return {
    words: known?.words ?? (at === null ? NONE : null),
    knownFrom: from,
    problem,
    earlier: known === null || from === Number.NEGATIVE_INFINITY ? null : () => void ask(from),
  };
}
