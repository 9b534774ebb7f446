import "./timeline-view.css";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { TimelineEntry } from "../../../../src/drivers/chat/timeline.ts";
import { useConsole, useLive } from "../../context.tsx";
import { WorldMap } from "../../map/world-map.tsx";
import { navigate } from "../../navigation.tsx";
import { ProblemBox } from "../../look/problem-box.tsx";
import { problemOf, type Problem } from "../../use-answer.ts";
import { LocationsTable } from "../../table/locations-table.tsx";
import { chosenWords, filterChoices } from "../../timeline/choose-words.ts";
import { PictureOr } from "../../timeline/picture-or.tsx";
import { Scrubber } from "../../timeline/scrubber.tsx";
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
  const { words, earlier, problem } = useWords(at);
  const setAt = useCallback(
    (moment: number | null) => navigate({ view: "timeline", at: moment, filter }, "replace"),
    [filter],
  );
  const chosen = useMemo(() => chosenWords(words, { filter, until: at }), [words, filter, at]);
  const hiddenCount = at === null ? 0 : words.filter((entry) => entry.at > at).length;
  return (
    <div className="timeline">
      <div className="card timeline-past">
        <Scrubber at={at} setAt={setAt} incidents={incidents} words={words} />
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
                navigate({ view: "timeline", at, filter: next === "" ? null : next }, "replace");
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
        <WordsList words={chosen} day={view?.at ?? 0} isWhole />
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
                  <WorldMap world={world} picture={picture} />
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

/** How many words are asked for at once. */
const WORDS_ASKED = 200;

/** Live words, and those from before them as somebody goes back. */
function useWords(at: number | null) {
  const { client } = useConsole();
  const live = useLive((now) => now.words);
  const [older, setOlder] = useState<readonly TimelineEntry[]>([]);
  const [isAllThere, setAllThere] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const words = useMemo(() => {
    const byId = new Map([...live, ...older].map((entry) => [entry.id, entry]));
    return [...byId.values()].sort((a, b) => b.at - a.at);
  }, [live, older]);
  const oldest = words.at(-1)?.at ?? null;

  const ask = useCallback(
    async (until: number) => {
      try {
        const more = await client.timeline({ until, limit: WORDS_ASKED });
        setProblem(null);
        setOlder((known) => [...known, ...more]);
        // What comes up to a moment has that moment's own words in it: fewer than asked for is the beginning.
        if (more.length < WORDS_ASKED) setAllThere(true);
      } catch (error) {
        setProblem(problemOf(error));
      }
    },
    [client],
  );
  // Who looks at a moment before all that is known is told what was said then.
  const isBefore = at !== null && oldest !== null && at < oldest && !isAllThere;
  useEffect(() => {
    if (isBefore) void ask(at);
  }, [isBefore, at, ask]);
  return { words, problem, earlier: isAllThere || oldest === null ? null : () => void ask(oldest) };
}
