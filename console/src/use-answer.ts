import { useEffect, useRef, useState } from "react";

/** A question to Houston and its answer, as a part of the page sees it. */
export type Answer<Value> =
  | { readonly state: "none" }
  | { readonly state: "asking" }
  | { readonly state: "known"; readonly value: Value }
  | { readonly state: "failed"; readonly problem: Problem };

/** What was refused or went wrong, and the fix. */
export type Problem = { readonly code: string; readonly says: string; readonly hint: string };

/**
 * Asks when the key changes (it names all that the question depends on; null asks nothing), once it has stayed the same for
 * `settleMs`. An answer that comes after the key has changed again is dropped.
 */
export function useAnswer<Value>(key: string | null, ask: () => Promise<Value>, settleMs = 0): Answer<Value> {
  const [got, setGot] = useState<{ readonly key: string; readonly answer: Answer<Value> } | null>(null);
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (key === null) return;
    let isGone = false;
    const run = async (): Promise<void> => {
      const answer = await answerOf(latest.current());
      if (!isGone) setGot({ key, answer });
    };
    const timer = setTimeout(() => void run(), settleMs);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [key, settleMs]);
  if (key === null) return { state: "none" };
  return got?.key === key ? got.answer : { state: "asking" };
}

async function answerOf<Value>(asked: Promise<Value>): Promise<Answer<Value>> {
  try {
    return { state: "known", value: await asked };
  } catch (error) {
    return { state: "failed", problem: problemOf(error) };
  }
}

export function problemOf(error: unknown): Problem {
  const {
    code = "failed",
    message = String(error),
    hint = "",
  } = error as Partial<Record<"code" | "message" | "hint", string>>;
  return { code, says: message, hint };
}
