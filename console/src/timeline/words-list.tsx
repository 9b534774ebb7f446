import { memo } from "react";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { Moment } from "../look/moment.tsx";
import { navigate } from "../navigation.tsx";

/** What Houston said, newest first. A click on a time shows the world as it was then. */
export const WordsList = memo(function WordsList(props: {
  readonly words: readonly TimelineEntry[];
  readonly day: number;
  readonly isWhole: boolean;
}) {
  const { words, day, isWhole } = props;
  if (words.length === 0) return <p className="muted">Houston has said nothing here.</p>;
  return (
    <ol className="words">
      {words.map((entry) => (
        <li key={entry.id} className={entry.level}>
          <button
            type="button"
            className="plain"
            title="Show the world as it was then"
            onClick={() => navigate({ view: "timeline", at: entry.at, filter: null })}
          >
            <Moment at={entry.at} now={day} />
          </button>
          <div>
            <p>
              {entry.level === "urgent" && <strong className="urgent-mark">! </strong>}
              {entry.what}
            </p>
            {isWhole && <Rest entry={entry} />}
          </div>
        </li>
      ))}
    </ol>
  );
});

function Rest({ entry }: { readonly entry: TimelineEntry }) {
  const parts = [
    ["Users", entry.users],
    ["Why", entry.why],
    ["Certain", entry.certain],
    ["Doing", entry.doing],
    ["Not doing", entry.notDoing],
    ["You need to", entry.youNeedTo],
  ].filter(([, says]) => says !== undefined);
  if (parts.length === 0) return null;
  return (
    <p className="muted">
      {parts.map(([name, says]) => (
        <span key={name}>
          <b>{name}:</b> {says}{" "}
        </span>
      ))}
    </p>
  );
}
