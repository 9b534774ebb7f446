import type { Why } from "../../../../src/api/why.ts";
import type { LocationName } from "../../../../src/core/estate.ts";
import { counted } from "../shared/figures.ts";
import { When } from "../shared/when.tsx";
import { decisionWords } from "./decision-words.ts";

/** What was decided about the place, decisions not to do something included, and what was said. */
export function Decisions({ why }: { readonly why: Why }) {
  return (
    <div className="decisions-and-words">
      <section className="card" aria-label="Decisions">
        <h3>Decided{why.at === null ? "" : " until then"}, newest first</h3>
        {why.decisions.length === 0 && <p className="muted">Nothing has been decided about it.</p>}
        <ol className="log">
          {why.decisions.map((decision, index) => (
            <DecisionItem
              key={`${decision.at} ${why.decisions.length - index}`}
              decision={decision}
              location={why.location}
            />
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

function DecisionItem(props: { readonly decision: Why["decisions"][number]; readonly location: LocationName }) {
  const { decision, location } = props;
  const { did, reasons, elsewhere } = decisionWords(decision, location);
  return (
    <li>
      <When at={decision.at} /> {decision.by !== undefined && <span className="tag">order of {decision.by}</span>}{" "}
      {did === null ? <span className="tag">did nothing</span> : <span className="tag did">did</span>} {did}
      <ul>
        {reasons.map(({ code, says }) => (
          <li key={`${code} ${says}`}>
            {says} <code>{code}</code>
          </li>
        ))}
        {elsewhere > 0 && <li className="muted">{counted(elsewhere, "reason")} about other places</li>}
      </ul>
    </li>
  );
}
