import type { ReactNode } from "react";
import { ProblemBox } from "../look/problem-box.tsx";
import type { Picture } from "../picture/picture.ts";
import type { Shown } from "./use-picture.ts";

/** A picture, or why there is none. */
export function PictureOr(props: { readonly shown: Shown; readonly children: (picture: Picture) => ReactNode }) {
  const { shown, children } = props;
  switch (shown.state) {
    case "shown":
      return (
        <div className="picture" aria-busy={shown.isBefore}>
          {children(shown.picture)}
        </div>
      );
    case "loading":
      return <p className="waiting">Loading ...</p>;
    case "none":
      return (
        <p className="waiting">No picture is kept of that moment: Houston did not run then, or it is too long ago.</p>
      );
    case "failed":
      return <ProblemBox problem={shown.problem} />;
  }
}
