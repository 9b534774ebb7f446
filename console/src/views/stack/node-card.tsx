import { useId, useState } from "react";
import type { ServiceRate } from "../../../../src/core/summary.ts";
import { counted, percent } from "../shared/figures.ts";
import type { Rest } from "./stack-choice.ts";
import type { StackEvidence } from "./stack-evidence.ts";
import type { NodeId, StackGraph, StackNode } from "./stack-graph.ts";
import { figuresOf, figureWords, partOf, restSentence } from "./stack-words.ts";

/** More names than this nobody reads; the field above them finds the others. */
const NAMES_MAX = 24;

/** What is known of the part of the stack that was chosen. */
export function NodeCard(props: {
  readonly graph: StackGraph;
  readonly evidence: StackEvidence;
  readonly rates: ReadonlyMap<NodeId, ServiceRate>;
  readonly node: StackNode;
  readonly show: (id: NodeId) => void;
}) {
  const { graph, evidence, rates, node, show } = props;
  const found = evidence.nodes.get(node.id);
  const figures = figuresOf(rates.get(node.id));
  const part = partOf(found);
  return (
    <section className="card node-card" aria-label={`About ${node.name}`}>
      <h3>
        {node.name} <span className="muted">{node.layer}</span>
      </h3>
      {part !== null && (
        <p>
          <b>{part}</b>
          {found?.causeShare !== null && `, ${percent(found?.causeShare ?? 0)} of the evidence`}
        </p>
      )}
      <p>
        {figures === null ? "Its node says nothing of it now." : `${figureWords(figures, "spoken")} in the last 2 s`}
      </p>
      <Names title="needs" ids={graph.callees.get(node.id) ?? []} graph={graph} show={show} />
      <Names title="needed by" ids={graph.callers.get(node.id) ?? []} graph={graph} show={show} />
    </section>
  );
}

/** Those of a layer that are only counted, and a field to look for one of them. */
export function RestCard(props: {
  readonly graph: StackGraph;
  readonly rest: Rest;
  readonly show: (id: NodeId) => void;
}) {
  const { graph, rest, show } = props;
  const [sought, setSought] = useState("");
  const field = useId();
  const ids = [...graph.nodes.values()]
    .filter(({ layer, name }) => layer === rest.layer && name.toLowerCase().includes(sought.trim().toLowerCase()))
    .filter(({ name }) => rest.names.includes(name))
    .map(({ id }) => id);
  return (
    <section className="card node-card" aria-label={`More of layer ${rest.layer}`}>
      <h3>{counted(rest.names.length, `more ${rest.layer}`)}</h3>
      <p className="muted">{restSentence(rest)}</p>
      {rest.names.length > NAMES_MAX && (
        <p>
          <label htmlFor={field}>Look for one</label>{" "}
          <input id={field} type="search" value={sought} onChange={(event) => setSought(event.target.value)} />
        </p>
      )}
      <Names title="" ids={ids} graph={graph} show={show} />
    </section>
  );
}

function Names(props: {
  readonly title: string;
  readonly ids: readonly NodeId[];
  readonly graph: StackGraph;
  readonly show: (id: NodeId) => void;
}) {
  const { title, ids, graph, show } = props;
  if (ids.length === 0) return null;
  return (
    <p className="names">
      {title !== "" && <b>{title}</b>}
      {ids.slice(0, NAMES_MAX).map((id) => (
        <button type="button" key={id} className="link" onClick={() => show(id)}>
          {graph.nodes.get(id)?.name}
        </button>
      ))}
      {ids.length > NAMES_MAX && <span className="muted">and {counted(ids.length - NAMES_MAX, "more", "more")}</span>}
    </p>
  );
}
