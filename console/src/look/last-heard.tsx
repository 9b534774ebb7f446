import { useNow } from "../context.tsx";
import type { Silence } from "../picture/picture.ts";
import { Moment } from "./moment.tsx";

/** How old what is shown of a place is, while its node is silent. */
export function LastHeard({ silent }: { readonly silent: Silence }) {
  const now = useNow(DAY_CHECKED_EVERY_MS);
  if (silent.since === null) return <>never heard yet</>;
  return (
    <>
      last heard <Moment at={silent.since} now={now} />
    </>
  );
}

const DAY_CHECKED_EVERY_MS = 60_000;
