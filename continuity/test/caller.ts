/** What a shop answered to its caller. */
export type Reply = { readonly status: number; readonly body: string };

/** A caller tries again so long: for a machine that does thirty other things, too. */
const triesForMs = 60_000;
const pauseMs = 50;

/** One try. `haltAt`: the shop is to stop at that point of the checkout (see shop.ts). */
export async function post(
  url: string,
  order: string,
  of: { readonly haltAt?: number | null; readonly withinMs?: number } = {},
): Promise<Reply> {
  const { haltAt = null, withinMs = triesForMs } = of;
  const headers = { "idempotency-key": order, ...(haltAt === null ? {} : { "x-halt-at": String(haltAt) }) };
  const body = JSON.stringify({ order });
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(withinMs) });
  return { status: response.status, body: await response.text() };
}

/** 'In progress' and 'interrupted' are no ends: the caller is to come again. */
export function isEnd({ status, body }: Reply): boolean {
  return status !== 503 && !body.includes('"in-progress"');
}

/** Tries again with the same key, at the next shop each time, until there is an end. */
export async function untilAnswered(
  shops: readonly string[],
  order: string,
  of: { readonly withinMs?: number } = {},
): Promise<Reply> {
  const until = performance.now() + triesForMs;
  for (let tried = 0; ; tried += 1) {
    const reply = await post(shops[tried % shops.length] ?? "", order, of).catch(() => null);
    if (reply !== null && isEnd(reply)) return reply;
    if (performance.now() > until) return reply ?? { status: 0, body: "" };
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
