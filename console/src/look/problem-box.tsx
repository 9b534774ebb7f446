import type { Problem } from "../use-answer.ts";

/** What was refused, and the fix. */
export function ProblemBox({ problem }: { readonly problem: Problem }) {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{problem.says}</strong> <code>{problem.code}</code>
      </p>
      {problem.hint !== "" && <p>Fix: {problem.hint}</p>}
    </div>
  );
}
