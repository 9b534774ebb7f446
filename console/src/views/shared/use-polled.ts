import { useCallback, useEffect, useState } from "react";
import { problemOf, type Problem } from "../../use-answer.ts";

/** What Houston was asked again and again, and how far the answer has come. An older answer stays while a newer one fails to come. */
export type Polled<Value> = {
  readonly value: Value | null;
  readonly problem: Problem | null;
  readonly again: () => void;
};

/** A page that nobody looks at asks so much more rarely. */
const HIDDEN_TIMES = 10;
/** Who is refused asks later and later, up to so many times the usual wait. */
const REFUSED_TIMES_MAX = 32;

/**
 * Asks at once, and again `everyMs` after each answer; null: once. `ask` has to stay the same function (`useCallback`) as long
 * as it asks the same thing: another one begins anew. Who looks at the page again is asked for at once: what was rarely asked for
 * while it was hidden may be old.
 */
export function usePolled<Value>(ask: () => Promise<Value>, everyMs: number | null): Polled<Value> {
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<Answered<Value> | null>(null);
  const again = useCallback(() => setAsked((times) => times + 1), []);

  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const look = async (): Promise<void> => {
      try {
        const value = await ask();
        failures = 0;
        if (!ended) setAnswer({ ask, value, problem: null });
      } catch (error) {
        failures += 1;
        const problem = problemOf(error);
        if (!ended) setAnswer((before) => ({ ask, value: before?.ask === ask ? before.value : null, problem }));
      }
      if (!ended && everyMs !== null) {
        const times = Math.min(REFUSED_TIMES_MAX, 2 ** failures) * (document.hidden ? HIDDEN_TIMES : 1);
        timer = setTimeout(() => {
          timer = undefined;
          void look();
        }, everyMs * times);
      }
    };
    const lookAgain = (): void => {
      if (document.hidden || everyMs === null || timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      void look();
    };
    void look();
    document.addEventListener("visibilitychange", lookAgain);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", lookAgain);
    };
  }, [ask, everyMs, asked]);

  const its = answer?.ask === ask ? answer : null;
  return { value: its?.value ?? null, problem: its?.problem ?? null, again };
}

type Answered<Value> = {
  readonly ask: () => Promise<Value>;
  readonly value: Value | null;
  readonly problem: Problem | null;
};
