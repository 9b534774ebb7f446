import type { ReactNode } from "react";
import { ProblemBox } from "../../look/problem-box.tsx";
import type { Polled } from "./use-polled.ts";
import "./views.css";

/** A part that waits for Houston, was refused, or shows an older answer and says so. */
export function Answered<Value>(props: {
  readonly polled: Polled<Value>;
  /** "the plan", "this location". */
  readonly what: string;
  readonly children: (value: Value) => ReactNode;
}) {
  const { polled, what, children } = props;
  const { value, problem, again } = polled;
  if (value === null && problem === null) return <p className="waiting">Asking Houston for {what} ...</p>;
  return (
    <>
      {problem !== null && (
        <div>
          <ProblemBox problem={problem} />
          <p>
            {value !== null && "What you see below is older. "}
            <button type="button" onClick={again}>
              Ask again
            </button>
          </p>
        </div>
      )}
      {value !== null && children(value)}
    </>
  );
}
