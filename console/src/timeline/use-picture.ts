import { useEffect, useMemo, useState } from "react";
import { useConsole, useLive } from "../context.tsx";
import { pictureOfFrame, pictureOfView, type Picture } from "../picture/picture.ts";
import { useAnswer, type Problem } from "../use-answer.ts";

/** What is to be shown: now, or the world as it was. */
export type Shown =
  | { readonly state: "loading" }
  | {
      readonly state: "shown";
      readonly picture: Picture;
      /** The moment's own is still to come: this is what was shown before it, so that nothing flickers while somebody drags. */
      readonly isBefore: boolean;
    }
  /** Nothing is kept of that moment. */
  | { readonly state: "none" }
  | { readonly state: "failed"; readonly problem: Problem };

const LOADING: Shown = { state: "loading" };

export function usePicture(at: number | null): Shown {
  const { frames } = useConsole();
  const view = useLive((live) => live.view);
  const present = useMemo(() => (view === null ? null : pictureOfView(view)), [view]);
  const answer = useAnswer(at === null ? null : String(at), () => frames.at(at ?? 0));
  const frame = answer.state === "known" ? answer.value : null;
  const past = useMemo(() => (frame === null ? null : pictureOfFrame(frame)), [frame]);
  const [before, setBefore] = useState<{ readonly at: number | null; readonly picture: Picture | null }>({
    at,
    picture: null,
  });
  if (before.at !== at) setBefore({ at, picture: before.at === null ? present : before.picture });
  useEffect(() => {
    if (past !== null) setBefore({ at, picture: past });
  }, [at, past]);

  if (at === null) return present === null ? LOADING : { state: "shown", picture: present, isBefore: false };
  switch (answer.state) {
    case "none":
    case "asking":
      return before.picture === null ? LOADING : { state: "shown", picture: before.picture, isBefore: true };
    case "failed":
      return { state: "failed", problem: answer.problem };
    case "known":
      return past === null ? { state: "none" } : { state: "shown", picture: past, isBefore: false };
  }
}
