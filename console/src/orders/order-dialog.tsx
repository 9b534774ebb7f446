import "./orders.css";
import { useEffect, useRef, useState, type FormEvent } from "react";
import type { OrderAnswer } from "../../../src/api/contract.ts";
import type { Order } from "../../../src/core/order.ts";
import { useConsole, useLive, type Draft } from "../context.tsx";
import { Dialog } from "../look/dialog.tsx";
import { Moment } from "../look/moment.tsx";
import { forgetToken, keepWish, wish } from "../session.ts";
import { BRAKE_KEY, isTextField } from "../shell/keys.ts";
import { OrderFields } from "./order-fields.tsx";
import { ReadOnly } from "./read-only.tsx";
import { isBrake, isTyped, orderOf, orderTitle } from "./order-words.ts";
import { PreviewBox } from "./preview-box.tsx";
import { ProblemBox } from "../look/problem-box.tsx";
import { problemOf, useAnswer, type Problem } from "../use-answer.ts";

/** What was ordered, what Houston said to it, and what takes it back. */
export type Ordered = { readonly order: Order; readonly answer: OrderAnswer; readonly undo: Order | null };

/** Shows what an order would do, and gives it when the person says so. */
export function OrderDialog(props: {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  readonly close: () => void;
  readonly done: (ordered: Ordered) => void;
}) {
  const { draft, close, done } = props;
  const { client, canOrder } = useConsole();
  const view = useLive((live) => live.view);
  const world = useLive((live) => live.world);
  const [person, setPerson] = useState(wish("person") ?? "");
  const [typed, setTyped] = useState("");
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asksPerson, askPerson] = useState(wish("person") === null);
  const change = (next: Draft): void => {
    // What was refused was another order.
    setProblem(null);
    props.change(next);
  };
  const order = orderOf(draft);
  const previewed = useAnswer(
    canOrder && order !== null ? JSON.stringify(order) : null,
    () => client.preview(order!),
    SETTLED_MS,
  );
  const brake = isBrake(draft);
  const preview = previewed.state === "known" ? previewed.value : null;
  const hold = view?.hold ?? null;
  const isHeldAlready = brake && hold !== null;
  const mayGo =
    canOrder &&
    !isSending &&
    order !== null &&
    !isHeldAlready &&
    // The brake waits for nothing: neither a name nor a preview.
    (brake || (person.trim() !== "" && preview !== null && isTyped(preview.typed, typed)));

  const send = async (): Promise<void> => {
    if (!mayGo || order === null) return;
    setSending(true);
    setProblem(null);
    const by = person.trim() === "" ? UNNAMED : person.trim();
    if (person.trim() !== "") keepWish("person", by);
    try {
      const answer = await client.order(by, order);
      done({ order, answer, undo: preview === null && brake ? { kind: "release" } : (preview?.undo ?? null) });
    } catch (error) {
      const refused = problemOf(error);
      if (refused.code === "token-wrong") forgetToken();
      setProblem(refused);
      setSending(false);
    }
  };
  useBrakeKey(brake && !isHeldAlready, send);

  if (!canOrder) return <ReadOnly close={close} />;
  return (
    <Dialog title={order === null || draft.kind === "answer" ? "Order" : orderTitle(order)} close={close}>
      <form
        className="order"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send();
        }}
      >
        {world !== null && view !== null && (
          <OrderFields draft={draft} change={change} estate={world.estate} view={view} />
        )}
        {isHeldAlready ? (
          <p>
            Everything is held already, by {hold.by} since <Moment at={hold.at} />.{" "}
            <button type="button" onClick={() => change({ kind: "release" })}>
              Release ...
            </button>
          </p>
        ) : (
          <>
            {brake && (
              <p>
                Houston moves nothing by itself any more, until somebody releases it. Press <kbd>H</kbd> again or{" "}
                <kbd>Enter</kbd>.
              </p>
            )}
            <PreviewBox previewed={previewed} />
            {preview !== null && preview.typed !== null && (
              <label className="field">
                <span>
                  Type <code>{preview.typed}</code> to confirm
                </span>
                <input
                  value={typed}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setTyped(event.currentTarget.value)}
                />
              </label>
            )}
            {!asksPerson && (
              <p className="muted">
                In the record as {person}.{" "}
                <button type="button" className="plain link" onClick={() => askPerson(true)}>
                  Somebody else
                </button>
              </p>
            )}
            {asksPerson && (
              <label className="field">
                <span>Your name, for the record</span>
                <input
                  value={person}
                  maxLength={64}
                  autoComplete="name"
                  onChange={(event) => setPerson(event.currentTarget.value)}
                />
              </label>
            )}
            {problem !== null && <ProblemBox problem={problem} />}
            <p className="dialog-feet">
              <button type="button" onClick={close}>
                Cancel
              </button>
              <GoButton mayGo={mayGo} isBrake={brake} words={isSending ? "Sending ..." : goWords(order)} />
            </p>
          </>
        )}
      </form>
    </Dialog>
  );
}

/** Long enough to type a figure before it is asked about. */
const SETTLED_MS = 200;
/** Who holds everything is not asked for a name first. */
const UNNAMED = "somebody at the console";

function goWords(order: Order | null): string {
  return order === null ? "Order" : orderTitle(order);
}

function GoButton(props: { readonly mayGo: boolean; readonly isBrake: boolean; readonly words: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const { mayGo, isBrake: brake, words } = props;
  // So that Enter brakes, from the first moment on.
  useEffect(() => {
    if (brake) button.current?.focus();
  }, [brake]);
  return (
    <button ref={button} type="submit" className="go" disabled={!mayGo}>
      {words}
    </button>
  );
}

/** A second H while the question is open does it. */
function useBrakeKey(isOn: boolean, send: () => Promise<void>): void {
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== BRAKE_KEY || event.repeat || isTextField(event.target)) return;
      event.preventDefault();
      void latest.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isOn]);
}
