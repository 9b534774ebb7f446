import { useConsole } from "../context.tsx";
import { orderTitle } from "./order-words.ts";
import type { Ordered } from "./order-dialog.tsx";

/** What was just ordered and what Houston said to it, with the way back. */
export function OrderedBar({ ordered, close }: { readonly ordered: Ordered; readonly close: () => void }) {
  const { propose } = useConsole();
  const { order, answer, undo } = ordered;
  const said = answer.words[0]?.what ?? answer.reasons[0]?.says ?? "";
  return (
    <div className="ordered" role="status">
      <p>
        <strong>{orderTitle(order)}: accepted.</strong> {said}
      </p>
      <p className="ordered-ways">
        {undo !== null && (
          <button type="button" onClick={() => propose(undo)}>
            Undo: {orderTitle(undo)}
          </button>
        )}
        <button type="button" className="plain" aria-label="Dismiss" onClick={close}>
          ✕
        </button>
      </p>
    </div>
  );
}
