import { useEffect, useMemo, useState } from "react";
import { useConsole, useLive } from "../context.tsx";
import { pictureOfFrame, pictureOfView, type Picture } from "../picture/picture.ts";
import { useAnswer, type Problem } from "../use-answer.ts";

/** What is to be shown: now, or the world as it was. */
export type Shown =
  | { readonly state: "loading" }
  | { readonly state: "shown"; readonly picture: Picture }
  /** Nothing is kept of that moment. */
  | { readonly state: "none" }
  | { readonly state: "failed"; readonly problem: Problem };

export function usePicture(at: number | null): Shown {
  const { frames } = useConsole();
  const view = useLive((live) => live.view);
  const present = useMemo(() => (view === null ? null : pictureOfView(view)), [view]);
  const answer = useAnswer(at === null ? null : String(at), () => frames.at(at ?? 0));
  const [last, setLast] = useState<Shown>({ state: "loading" });
  const frame = answer.state === "known" ? answer.value : undefined;
  const problem = answer.state === "failed" ? answer.problem : undefined;
  // While it is dragged the last picture stays, so that nothing flickers.
  useEffect(() => {
    if (at === null) setLast({ state: "loading" });
    else if (problem !== undefined) setLast({ state: "failed", problem });
    else if (frame === null) setLast({ state: "none" });
    else if (frame !== undefined) setLast({ state: "shown", picture: pictureOfFrame(frame) });
  }, [at, frame, problem]);

  if (at !== null) return last;
  return present === null ? { state: "loading" } : { state: "shown", picture: present };
}
