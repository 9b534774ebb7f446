/** A share as a bar with its words, and a mark for the most that it may be. Red and hatched beyond it. */
export function Bar(props: { readonly share: number; readonly mark?: number; readonly says: string }) {
  const { share, mark, says } = props;
  const isOver = mark !== undefined && share > mark;
  return (
    <span className={`bar${isOver ? " over" : ""}`}>
      <svg width="64" height="10" aria-hidden="true">
        <rect className="bar-ground" width="64" height="10" rx="2" />
        <rect className="bar-full" width={64 * Math.min(1, Math.max(0, share))} height="10" rx="2" />
        {mark !== undefined && <path className="bar-mark" d={`M${64 * mark} 0v10`} />}
      </svg>{" "}
      <span className="bar-says">
        {says}
        {isOver ? " (too full)" : ""}
      </span>
    </span>
  );
}
