import { useDeferredValue, useMemo, useState } from "react";
import type { Estate } from "../../../../src/core/estate.ts";
import type { ServiceRate } from "../../../../src/core/summary.ts";
import type { Verdict } from "../../../../src/core/verdict.ts";
import type { Going } from "../../navigation.tsx";
import { EvidenceList } from "./evidence-list.tsx";
import { NodeCard, RestCard } from "./node-card.tsx";
import { chooseNodes } from "./stack-choice.ts";
import { StackDrawing } from "./stack-drawing.tsx";
import { stackEvidence } from "./stack-evidence.ts";
import { nodeIdOf, stackGraph, type NodeId } from "./stack-graph.ts";
import { restId } from "./stack-layout.ts";

/** The picture, the same as a list beside it, and what is known of the part that was chosen. */
export function Stack(props: {
  readonly estate: Estate;
  readonly provider: string | null;
  readonly verdict: Verdict;
  readonly rates: readonly ServiceRate[];
  readonly chosen: NodeId | null;
  readonly choose: (id: NodeId, going: Going) => void;
}) {
  const { estate, provider, verdict, chosen, choose } = props;
  const [wanted, setWanted] = useState<readonly NodeId[]>([]);
  // A second's news must never make typing or the arrow keys wait.
  const rates = useDeferredValue(props.rates);
  // Causes are new objects each second; the graph is made anew only when they name something else.
  const named = verdict.causes.map(({ layer, name }) => `${layer}\n${name}`).join("\n\n");
  const graph = useMemo(() => stackGraph({ estate, provider, causes: causesOf(named) }), [estate, provider, named]);
  const evidence = useMemo(() => stackEvidence(graph, verdict), [graph, verdict]);
  const byNode = useMemo(
    () =>
      new Map(
        rates.flatMap((rate) => {
          const id = nodeIdOf(graph, { name: rate.service });
          return id === undefined ? [] : [[id, rate] as const];
        }),
      ),
    [graph, rates],
  );
  const choice = useMemo(
    () => chooseNodes({ graph, evidence, rates: byNode, wanted: chosen === null ? wanted : [chosen, ...wanted] }),
    [graph, evidence, byNode, wanted, chosen],
  );
  const open = (id: NodeId): void => choose(id, "within");
  const show = (id: NodeId): void => {
    setWanted((before) => [id, ...before.filter((other) => other !== id)].slice(0, WANTED_MAX));
    open(id);
  };
  const rest = choice.rest.find(({ layer }) => restId(layer) === chosen);
  const node = chosen === null ? undefined : graph.nodes.get(chosen);
  const burnsFrom = estate.objective.errorRatio * estate.objective.burnRate;
  const about = { graph, evidence, rates: byNode };
  return (
    <div className="stack-and-list">
      <section className="card" aria-label="The stack, drawn">
        <StackDrawing
          {...about}
          burnsFrom={burnsFrom}
          choice={choice}
          verdict={verdict}
          chosen={chosen}
          choose={choose}
        />
      </section>
      <div className="beside">
        <EvidenceList {...about} verdict={verdict} choose={open} />
        {rest !== undefined && <RestCard graph={graph} rest={rest} show={show} />}
        {node !== undefined && <NodeCard {...about} node={node} show={show} />}
        {chosen !== null && rest === undefined && node === undefined && (
          <p className="muted">There is no {chosen} in this stack.</p>
        )}
      </div>
    </div>
  );
}

/** Looked for by name: more would push out what matters. */
const WANTED_MAX = 6;

function causesOf(named: string): Verdict["causes"] {
  return named.split("\n\n").flatMap((each) => {
    const [layer, name] = each.split("\n") as [Verdict["causes"][number]["layer"], string | undefined];
    return name === undefined ? [] : [{ layer, name, share: 0 }];
  });
}
