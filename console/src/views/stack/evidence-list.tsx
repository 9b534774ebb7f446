import type { ServiceRate } from "../../../../src/core/summary.ts";
import type { Verdict } from "../../../../src/core/verdict.ts";
import { percent } from "../shared/figures.ts";
import { Sign } from "../../look/sign.tsx";
import { isOfSilence, type StackEvidence } from "./stack-evidence.ts";
import { nodeIdOf, SEEN_BY_USERS, type NodeId, type StackGraph } from "./stack-graph.ts";
import { becauseParts } from "./stack-words.ts";

/** More names than this nobody reads. */
const NEEDY_NAMED = 8;

/** The picture as text: what speaks against the place, strongest first, and who is hurt by it. */
export function EvidenceList(props: {
  readonly graph: StackGraph;
  readonly evidence: StackEvidence;
  readonly rates: ReadonlyMap<NodeId, ServiceRate>;
  readonly verdict: Verdict;
  readonly choose: (id: NodeId) => void;
}) {
  const { graph, evidence, verdict, choose } = props;
  const sentences = verdict.because.filter(({ nats }) => nats > 0);
  const needy = [...evidence.journeys.keys()].flatMap((id) => graph.nodes.get(id)?.name ?? []);
  return (
    <section className="card evidence-list" aria-label="The evidence">
      <h3>Evidence</h3>
      {evidence.remarks.map((says) => (
        <p key={says}>{says}</p>
      ))}
      {verdict.causes.length > 0 && (
        <ol className="causes">
          {verdict.causes.map((cause, index) => {
            const id = nodeIdOf(graph, cause);
            return (
              <li key={`${cause.layer} ${cause.name}`}>
                <Sign size={12} verdict={index === 0 ? "failing" : "shaky"} />
                <button type="button" className="link" disabled={id === undefined} onClick={() => id && choose(id)}>
                  {cause.name}
                </button>{" "}
                <span className="muted">
                  {cause.layer}, {index === 0 ? "likely cause" : "suspect"}
                </span>{" "}
                {percent(cause.share)}
              </li>
            );
          })}
        </ol>
      )}
      {sentences.length === 0 ? (
        <p className="muted">
          {isOfSilence(verdict) ? "What its node said last counts for nothing now." : "Nothing speaks against it."}
        </p>
      ) : (
        <ul className="sentences">
          {sentences.map((because) => {
            const parts = becauseParts(because);
            const users = because.service.endsWith(SEEN_BY_USERS);
            return (
              <li key={`${because.service} ${because.signal}`}>
                <b>{users ? because.service.slice(0, -SEEN_BY_USERS.length) : because.service}</b> {because.signal}
                {users && ", seen by users"} <span className="nats">{because.nats.toFixed(1)} nats</span>
                <span className="because-now">{parts.now}</span>
                <span className="muted">{[parts.usual, parts.elsewhere].filter((part) => part !== "").join("; ")}</span>
              </li>
            );
          })}
        </ul>
      )}
      {needy.length > 0 && (
        <p>
          <b>Can't do without it:</b> {needy.slice(0, NEEDY_NAMED).join(", ")}
          {needy.length > NEEDY_NAMED && ` and ${needy.length - NEEDY_NAMED} more`}
        </p>
      )}
    </section>
  );
}
