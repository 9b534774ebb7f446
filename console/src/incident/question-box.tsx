import type { Question } from "../../../src/core/control-contract.ts";
import { useConsole } from "../context.tsx";
import { Moment } from "../look/moment.tsx";
import { countdownText } from "../look/moments.ts";

/** Numbered choices, how long there is, and what happens if nobody answers. */
export function QuestionBox({ question, now }: { readonly question: Question; readonly now: number }) {
  const { canOrder, propose } = useConsole();
  const { id, asks, choices, defaultChoice, deadline } = question;
  const byItself = choices[defaultChoice - 1] ?? `choice ${defaultChoice}`;
  return (
    <section className="question" aria-label={asks}>
      <p className="question-asks">{asks}</p>
      <ol>
        {choices.map((choice, index) => (
          <li key={`${index} ${choice}`}>
            <button
              type="button"
              disabled={!canOrder}
              className={index + 1 === defaultChoice ? "default" : ""}
              onClick={() => propose({ kind: "answer", question: id, choice: index + 1 })}
            >
              <kbd>{index + 1}</kbd> {choice}
            </button>
          </li>
        ))}
      </ol>
      <p>
        No answer in <strong className="countdown">{countdownText(deadline - now)}</strong> (by{" "}
        <Moment at={deadline} now={now} />
        ): I do {defaultChoice}, {byItself}.
        {canOrder ? "" : " This page only reads: `houston console` opens one that answers."}
      </p>
    </section>
  );
}
