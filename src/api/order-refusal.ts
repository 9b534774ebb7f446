import type { ControlEffect, Words } from "../core/control-contract.ts";
import type { Reason } from "../core/step.ts";

/** Why an order is not carried out: the same for the order itself and for its preview. */
export type OrderRefusal = { readonly code: string; readonly says: string; readonly hint: string };

/** Reasons by which an order is not carried out. */
const REFUSED = /^(?:refused-|order-too-early|not-configured|stopped-deciding|not-leading|stopping)/;

export function refusalIn(answer: {
  readonly words: readonly Words[];
  readonly reasons: readonly Reason[];
}): OrderRefusal | null {
  const refused = answer.reasons.find(({ code }) => REFUSED.test(code));
  if (refused === undefined) return null;
  // Words that a tick happened to say in the same turn are no hint.
  const said = answer.words.find(({ what }) => what === `refused: ${refused.says}`);
  return { code: refused.code, says: refused.says, hint: said?.youNeedTo ?? "see `houston status`" };
}

/** The same for one step of the reducer; who gave the order is left out of what is said. */
export function refusalOf(
  stepped: { readonly effects: readonly ControlEffect[]; readonly reasons: readonly Reason[] },
  by: string,
): OrderRefusal | null {
  const words = stepped.effects.flatMap((each) => (each.kind === "say" ? [each.words] : []));
  const refusal = refusalIn({ words, reasons: stepped.reasons });
  return refusal === null ? null : { ...refusal, says: refusal.says.replace(`${by}: `, "") };
}

export function isRefusalCode(code: string): boolean {
  return REFUSED.test(code);
}
