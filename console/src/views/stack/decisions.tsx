import type { Why } from "../../../../src/api/why.ts";
import { When } from "../shared/when.tsx";

/** What was decided about the place, decisions not to do something included, and what was said. */
export function Decisions({ why }: { readonly why: Why }) {
  return (
    <div className="decisions-and-words">
      <section className="card" aria-label="Decisions">
        <h3>Decided{why.at === null ? "" : " until then"}, newest first</h3>
        {why.decisions.length === 0 && <p className="muted">Nothing has been decided about it.</p>}
        <ol className="log">
          {why.decisions.map((decision, index) => (
            <li key={`${decision.at} ${why.decisions.length - index}`}>
              <When at={decision.at} />{" "}
              <span className={decision.effects.length > 0 ? "tag did" : "tag"}>
                {decision.effects.length > 0 ? "acted" : "did nothing"}
              </span>
              {decision.by !== undefined && <span className="tag">order of {decision.by}</span>}
              <ul>
                {decision.reasons.map(({ code, says }) => (
                  <li key={`${code} ${says}`}>
                    {says} <code>{code}</code>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      </section>
      <section className="card" aria-label="What was said">
        <h3>Said{why.at === null ? "" : " until then"}, newest first</h3>
        {why.words.length === 0 && <p className="muted">Nothing has been said about it.</p>}
        <ol className="log">
          {why.words.map((words, index) => (
            <li key={`${words.at} ${why.words.length - index}`}>
              <When at={words.at} /> {words.what}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
