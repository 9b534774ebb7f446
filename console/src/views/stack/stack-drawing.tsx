import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { ServiceRate } from "../../../../src/core/summary.ts";
import type { Verdict } from "../../../../src/core/verdict.ts";
import type { Going } from "../../navigation.tsx";
import { counted } from "../shared/figures.ts";
import { Sign } from "../../look/sign.tsx";
import type { Rest, StackChoice } from "./stack-choice.ts";
import { edgeKey, isOfSilence, type StackEvidence } from "./stack-evidence.ts";
import type { NodeId, StackGraph } from "./stack-graph.ts";
import { layoutStack, neighbourOf, restId, WIDE_FROM, type Box, type StackLayout } from "./stack-layout.ts";
import { figuresOf, nodeWords, partOf, restWords } from "./stack-words.ts";

type About = {
  readonly graph: StackGraph;
  readonly evidence: StackEvidence;
  readonly rates: ReadonlyMap<NodeId, ServiceRate>;
  /** The share of failures from which the operator's objective is spent too fast. */
  readonly burnsFrom: number;
};

/** Room for the verdict above the journeys, and for the lines up to it. */
const TOP = 74;
const VERDICT_HEIGHT = 40;

/** Boxes that can be reached with the keyboard, lines behind them: thin for "needs", thick for evidence that goes up. */
export function StackDrawing(
  props: About & {
    readonly choice: StackChoice;
    readonly verdict: Verdict;
    readonly chosen: NodeId | null;
    readonly choose: (id: NodeId, going: Going) => void;
  },
) {
  const { graph, evidence, choice, verdict, chosen, choose } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    measure.observe(element);
    setWidth(Math.floor(element.clientWidth));
    return () => measure.disconnect();
  }, []);
  const layout = useMemo(
    () => layoutStack({ graph, shown: choice.shown, rest: choice.rest.map(({ layer }) => layer), width, top: TOP }),
    [graph, choice, width],
  );
  const order = layout.rows.flatMap(({ ids }) => ids);
  const tabStop = chosen !== null && layout.boxes.has(chosen) ? chosen : (likelyCause(evidence) ?? order[0] ?? null);

  const move = (event: KeyboardEvent, id: NodeId): void => {
    const { key } = event;
    if (key !== "ArrowLeft" && key !== "ArrowRight" && key !== "ArrowUp" && key !== "ArrowDown") return;
    event.preventDefault();
    const next = neighbourOf(layout, id, key);
    choose(next, "touch");
    frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
  };

  return (
    <>
      <div
        ref={frame}
        className={width < WIDE_FROM ? "stack-drawing narrow" : "stack-drawing"}
        style={{ height: layout.height }}
        role="group"
        aria-label="From what users do, on top, down to the provider. Arrow keys go from box to box."
      >
        <Lines {...props} layout={layout} width={width} />
        <p className={`verdict-box ${verdict.verdict}`} style={{ height: VERDICT_HEIGHT }}>
          <b className={`verdict ${verdict.verdict}`}>
            <Sign verdict={verdict.verdict} size={14} /> {isOfSilence(verdict) ? "silent" : verdict.verdict}
          </b>{" "}
          {verdict.evidenceNats.toFixed(1)} of {verdict.barNats.toFixed(1)} nats
        </p>
        {order.map((id) => {
          const box = layout.boxes.get(id);
          if (box === undefined) return null;
          const shared = {
            id,
            box,
            isChosen: id === chosen,
            isTabStop: id === tabStop,
            choose: () => choose(id, "within"),
            move: (event: KeyboardEvent) => move(event, id),
          };
          const rest = choice.rest.find(({ layer }) => restId(layer) === id);
          return rest === undefined ? (
            <NodeBox key={id} {...props} {...shared} />
          ) : (
            <RestBox key={id} {...shared} rest={rest} />
          );
        })}
      </div>
      <p className="view-legend">
        <span>
          <span className="sample thick" aria-hidden="true" /> evidence on its way up, the thicker the more
        </span>
        <span>
          <span className="sample dashed" aria-hidden="true" /> needs what is ill
        </span>
        <span>
          <span className="sample" aria-hidden="true" /> needs
        </span>
      </p>
    </>
  );
}

type BoxProps = {
  readonly id: NodeId;
  readonly box: Box;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  readonly choose: () => void;
  readonly move: (event: KeyboardEvent) => void;
};

function NodeBox({ graph, evidence, rates, burnsFrom, id, box, ...its }: About & BoxProps) {
  const node = graph.nodes.get(id);
  if (node === undefined) return null;
  const found = evidence.nodes.get(id);
  const figures = figuresOf(rates.get(id));
  const reachedByNats = evidence.journeys.get(id);
  const part = partOf(found);
  const kind = part === null ? ((reachedByNats ?? 0) > 0 ? "hurt" : "calm") : part.replace(" ", "-");
  const room = box.width < NARROW_BOX_BELOW ? "narrow" : "wide";
  const { heard, seen, heardAfter } = nodeWords(node, { evidence: found, figures, reachedByNats, room });
  const burns = (figures?.failedShare ?? 0) >= burnsFrom ? "burns" : "";
  return (
    <button
      type="button"
      data-node={id}
      className={`node ${node.layer} ${kind} ${burns}`}
      style={placed(box)}
      tabIndex={its.isTabStop ? 0 : -1}
      aria-pressed={its.isChosen}
      title={node.name}
      onClick={its.choose}
      onKeyDown={its.move}
    >
      <span className="name">
        {part !== null && <Sign size={12} verdict={part === "likely cause" ? "failing" : "shaky"} />}
        {node.name}
      </span>
      <span className="hidden">{heard}</span>
      <span className="more">{seen}</span>
      <span className="hidden">{heardAfter}</span>
    </button>
  );
}

const NARROW_BOX_BELOW = 120;

function RestBox({ box, rest, ...its }: BoxProps & { readonly rest: Rest }) {
  const { layer, names } = rest;
  return (
    <button
      type="button"
      data-node={restId(layer)}
      className="node rest"
      style={placed(box)}
      tabIndex={its.isTabStop ? 0 : -1}
      aria-pressed={its.isChosen}
      onClick={its.choose}
      onKeyDown={its.move}
    >
      <span className="name">{counted(names.length, "more", "more")}</span>
      <span className="hidden"> of layer {layer}; </span>
      <span className="more">{restWords(rest)}</span>
    </button>
  );
}

function Lines(
  props: About & {
    readonly choice: StackChoice;
    readonly verdict: Verdict;
    readonly chosen: NodeId | null;
    readonly layout: StackLayout;
    readonly width: number;
  },
) {
  const { graph, evidence, choice, verdict, chosen, layout, width } = props;
  const lines = choice.shown.flatMap((caller) =>
    (graph.callees.get(caller) ?? []).flatMap((callee) => {
      const [from, to] = [layout.boxes.get(caller), layout.boxes.get(callee)];
      if (from === undefined || to === undefined) return [];
      const carried = evidence.edges.get(edgeKey(caller, callee));
      const isChosen = caller === chosen || callee === chosen;
      return [{ key: edgeKey(caller, callee), from, to, carried, isChosen }];
    }),
  );
  const hurt = [...evidence.journeys].flatMap(([id, nats]) => {
    const box = layout.boxes.get(id);
    return box === undefined || nats === 0 ? [] : [{ id, box, nats }];
  });
  // Evidence is drawn last, so that no thin line lies over it.
  const weight = (line: (typeof lines)[number]): number =>
    (line.isChosen ? 0.5 : 0) + (line.carried === undefined ? 0 : 1 + line.carried.nats);
  return (
    <svg width={width} height={layout.height} aria-hidden="true">
      {lines
        .sort((one, other) => weight(one) - weight(other))
        .map(({ key, from, to, carried, isChosen }) => (
          <path
            key={key}
            className={`needs ${carried?.kind ?? ""} ${isChosen ? "chosen" : ""}`}
            strokeWidth={carried === undefined || carried.nats === 0 ? 1 : thickness(carried.nats, verdict.barNats)}
            d={curve({ x: middle(from), y: from.y + from.height }, { x: middle(to), y: to.y })}
          />
        ))}
      {hurt.map(({ id, box, nats }) => (
        <path
          key={id}
          className="needs carried"
          strokeWidth={thickness(nats, verdict.barNats)}
          d={curve({ x: width / 2, y: VERDICT_HEIGHT }, { x: middle(box), y: box.y })}
        />
      ))}
    </svg>
  );
}

/** At the bar it is as thick as a finger's edge; beyond it no thicker. */
function thickness(nats: number, barNats: number): number {
  return 1.5 + 5.5 * Math.min(1, nats / Math.max(1, barNats));
}

type Point = { readonly x: number; readonly y: number };

function curve(from: Point, to: Point): string {
  const bend = Math.max(16, Math.abs(to.y - from.y) / 2);
  return `M${from.x} ${from.y}C${from.x} ${from.y + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`;
}

const middle = ({ x, width }: Box): number => x + width / 2;

function placed({ x, y, width, height }: Box): { left: number; top: number; width: number; height: number } {
  return { left: x, top: y, width, height };
}

function likelyCause(evidence: StackEvidence): NodeId | null {
  return [...evidence.nodes].find(([, { isLikelyCause }]) => isLikelyCause)?.[0] ?? null;
}
