import type { VerdictState } from "../../../src/core/verdict.ts";

/** A verdict as a shape: who sees no colours sees it as well. Circle, triangle, square with a cross. */
export function Sign(props: { readonly verdict: VerdictState; readonly isHollow?: boolean; readonly size?: number }) {
  const { verdict, isHollow = false, size = 14 } = props;
  return (
    <svg className="sign" width={size} height={size} viewBox="-8 -8 16 16" aria-hidden="true">
      <SignShape verdict={verdict} radius={6} isHollow={isHollow} />
    </svg>
  );
}

/** The same inside another drawing, around 0, 0. */
export function SignShape(props: {
  readonly verdict: VerdictState;
  readonly radius: number;
  readonly isHollow: boolean;
}) {
  const { verdict, radius, isHollow } = props;
  return (
    <g className={`sign-shape ${verdict}${isHollow ? " hollow" : ""}`}>
      <path className="sign-body" d={signPath(verdict, radius)} />
      {verdict === "failing" && <path className="sign-cross" d={crossPath(radius * 0.5)} />}
    </g>
  );
}

export function signPath(verdict: VerdictState, radius: number): string {
  const r = radius;
  switch (verdict) {
    case "healthy":
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case "shaky":
      return `M0 ${-1.2 * r}L${1.15 * r} ${0.85 * r}H${-1.15 * r}Z`;
    case "failing":
      return `M${-r} ${-r}H${r}V${r}H${-r}Z`;
  }
}

function crossPath(r: number): string {
  return `M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}`;
}
