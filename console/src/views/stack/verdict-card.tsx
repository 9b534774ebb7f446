import type { ReactNode } from "react";
import type { LocationState } from "../../../../src/core/control-contract.ts";
import type { OwnView } from "../../../../src/core/summary.ts";
import { promiseWords, type Verdict } from "../../../../src/core/verdict.ts";
import { useNow } from "../../context.tsx";
import { Sign } from "../../look/sign.tsx";
import { seconds } from "../shared/figures.ts";
import { When } from "../shared/when.tsx";
import { ACTIONS, SCOPES, verdictSentence } from "./stack-words.ts";

/** The verdict in a sentence, with the figures that it rests on. */
export function VerdictCard(props: {
  readonly verdict: Verdict;
  /** Of a past moment; null: now. */
  readonly stateThen: LocationState | null;
  readonly deploys: OwnView["deploys"];
}) {
  const { verdict, stateThen, deploys } = props;
  const now = useNow(DEPLOY_AGE_EVERY_MS);
  const [newest] = deploys;
  return (
    <section className={`card verdict-card ${verdict.verdict}`} aria-label="Verdict">
      <p className="headline">
        <Sign verdict={verdict.verdict} /> <strong>{verdictSentence(verdict)}</strong>
      </p>
      <dl className="facts">
        <Fact name="Evidence">
          {verdict.evidenceNats.toFixed(1)} of {verdict.barNats.toFixed(1)} nats
          <NatsBar nats={verdict.evidenceNats} barNats={verdict.barNats} />
        </Fact>
        <Fact name="Promise">{promiseWords(verdict)}</Fact>
        {verdict.verdict !== "healthy" && (
          <Fact name="Whose trouble">
            {SCOPES[verdict.scope]}; {ACTIONS[verdict.action]}
          </Fact>
        )}
        {stateThen !== null && <Fact name="State then">{stateThen}</Fact>}
        {newest !== undefined && (
          <Fact name="Newest deploy">
            {newest.service} {newest.version}, <When at={newest.at} /> ({seconds(Math.max(0, now - newest.at))} ago)
          </Fact>
        )}
      </dl>
      {verdict.sufficient !== undefined && <p>{verdict.sufficient.says}.</p>}
      {verdict.wouldChange !== undefined && verdict.wouldChange.length > 0 && (
        <details>
          <summary>What would change this</summary>
          <ul>
            {verdict.wouldChange.map(({ to, says }) => (
              <li key={`${to} ${says}`}>
                <b>To {to}</b>: {says}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const DEPLOY_AGE_EVERY_MS = 10_000;

function Fact(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** The bar stands at two thirds, so that evidence beyond it is seen as such. */
function NatsBar({ nats, barNats }: { readonly nats: number; readonly barNats: number }) {
  const most = Math.max(1, barNats * 1.5, nats);
  return (
    <span className="nats-bar" aria-hidden="true">
      <span className="fill" style={{ width: `${(100 * Math.max(0, nats)) / most}%` }} />
      <span className="nats-mark" style={{ left: `${(100 * barNats) / most}%` }} />
    </span>
  );
}
