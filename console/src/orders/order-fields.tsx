import { useState } from "react";
import type { ControlView } from "../../../src/core/control-contract.ts";
import type { Estate, Mode } from "../../../src/core/estate.ts";
import type { Order } from "../../../src/core/order.ts";
import type { Draft } from "../context.tsx";
import { shareOf } from "./order-words.ts";

type Props = {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  readonly estate: Estate;
  readonly view: ControlView;
};

/** What a person may choose of an order. An answer has nothing to choose: its question did. */
export function OrderFields(props: Props) {
  const { draft, change, estate, view } = props;
  if (isByHand(draft)) return null;
  if (draft.kind === "answer") return <Answered draft={draft} view={view} />;
  const location = "location" in draft ? (draft.location ?? "") : "";
  return (
    <div className="fields">
      <label className="field">
        <span>Order</span>
        <select
          value={draft.kind}
          onChange={(event) => change(draftOf(event.currentTarget.value, location, view.mode))}
        >
          <option value="evacuate">Evacuate</option>
          <option value="restore">Restore</option>
          <option value="hold">Hold</option>
          <option value="release">Release</option>
          <option value="mode">Mode</option>
        </select>
      </label>
      {draft.kind === "mode" ? (
        <ModeField mode={draft.mode} change={change} />
      ) : (
        <LocationField draft={draft} change={change} estate={estate} />
      )}
      {draft.kind === "evacuate" && <EvacuateFields draft={draft} change={change} estate={estate} />}
    </div>
  );
}

type ByHand = Extract<Draft, { kind: "force" | "weight" | "pin" | "unpin" }>;

/** Ordered elsewhere; here they are only shown, and taken back. */
function isByHand(draft: Draft): draft is ByHand {
  const { kind } = draft;
  return kind === "force" || kind === "weight" || kind === "pin" || kind === "unpin";
}

function draftOf(kind: string, location: string, mode: Mode): Draft {
  const maybe = location === "" ? {} : { location };
  switch (kind) {
    case "restore":
    case "evacuate":
      return { kind, location };
    case "release":
      return { kind, ...maybe };
    case "mode":
      return { kind, mode };
    default:
      return { kind: "hold", ...maybe };
  }
}

function LocationField(props: {
  readonly draft: Exclude<Draft, ByHand | { kind: "mode" | "answer" }>;
  readonly change: (draft: Draft) => void;
  readonly estate: Estate;
}) {
  const { draft, change, estate } = props;
  const mayBeAll = draft.kind === "hold" || draft.kind === "release";
  return (
    <label className="field">
      <span>Location</span>
      <select
        value={draft.location ?? ""}
        onChange={(event) => {
          const { location: _, ...rest } = draft;
          const location = event.currentTarget.value;
          change((mayBeAll && location === "" ? rest : { ...rest, location }) as Draft);
        }}
      >
        <option value="">{mayBeAll ? "everything" : "choose ..."}</option>
        {estate.locations.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function ModeField(props: { readonly mode: Mode; readonly change: (draft: Draft) => void }) {
  return (
    <label className="field">
      <span>Mode</span>
      <select
        value={props.mode}
        onChange={(event) => props.change({ kind: "mode", mode: event.currentTarget.value as Mode })}
      >
        <option value="observe">observe: say what it would do</option>
        <option value="approve">approve: ask a person first</option>
        <option value="act">act: do it</option>
      </select>
    </label>
  );
}

type Evacuation = Extract<Order, { kind: "evacuate" }>;

function EvacuateFields(props: {
  readonly draft: Evacuation;
  readonly change: (draft: Draft) => void;
  readonly estate: Estate;
}) {
  const { draft, change, estate } = props;
  const [share, setShare] = useState(percentText(draft.share));
  const isBadShare = shareOf(share) === null;
  const without = (field: "class" | "share" | "forSeconds"): Evacuation => {
    const { [field]: _, ...rest } = draft;
    return rest;
  };
  return (
    <>
      <label className="field">
        <span>Traffic</span>
        <select
          value={draft.class ?? ""}
          onChange={(event) => {
            const name = event.currentTarget.value;
            change(name === "" ? without("class") : { ...draft, class: name });
          }}
        >
          <option value="">all that may move</option>
          {estate.classes.map(({ name, data }) => (
            <option key={name} value={name}>
              {name.toUpperCase()}
              {data.kind === "one-writer" ? ` (its only writer is ${data.location})` : ""}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Share, %</span>
        <input
          value={share}
          inputMode="decimal"
          aria-invalid={isBadShare}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setShare(text);
            const next = shareOf(text);
            if (next !== null) change(next === 1 ? without("share") : { ...draft, share: next });
          }}
          onBlur={() => {
            if (isBadShare) setShare(percentText(draft.share));
          }}
        />
      </label>
      <label className="field">
        <span>For how long</span>
        <select
          value={draft.forSeconds ?? ""}
          onChange={(event) => {
            const seconds = Number(event.currentTarget.value);
            change(seconds === 0 ? without("forSeconds") : { ...draft, forSeconds: seconds });
          }}
        >
          <option value="">until somebody restores it</option>
          <option value={600}>10 minutes</option>
          <option value={1800}>30 minutes</option>
          <option value={3600}>1 hour</option>
          <option value={28800}>8 hours</option>
          <option value={86400}>1 day</option>
        </select>
      </label>
    </>
  );
}

/** 0.29 of all is 29 %, whatever 0.29 times a hundred is to a computer. */
function percentText(share = 1): string {
  return String(Number((share * 100).toFixed(4)));
}

function Answered(props: { readonly draft: Extract<Draft, { kind: "answer" }>; readonly view: ControlView }) {
  const { draft, view } = props;
  const question = view.questions.find(({ id }) => id === draft.question);
  if (question === undefined) return <p>This question is no longer open.</p>;
  return (
    <>
      <p>{question.asks}</p>
      <p>
        <kbd>{draft.choice}</kbd> <strong>{question.choices[draft.choice - 1]}</strong>
      </p>
    </>
  );
}
