/**
 * Is there an order of what was asked, each at one instant between its beginning and its end, in which one copy alone would have
 * given the very same answers? (Herlihy and Wing, Linearizability, 1990.) The search is Wing and Gong's (Testing and verifying
 * concurrent objects, 1993) with Lowe's memory of what was tried before (Testing for linearizability, 2017), as in porcupine.
 *
 * A picture: guests tell when they came and went, and what lay on the table while they were there. We try to seat them one after the
 * other; nobody may be seated after somebody who came only when he had gone.
 */
export type Model<State, Op> = {
  readonly initial: State;
  /** The state after this operation with the answer that it was given; null: one copy would not have answered so. */
  readonly step: (state: State, op: Op) => State | null;
  /** Equal for equal states. */
  readonly keyOf: (state: State) => number | string;
};

/** `ended` is Infinity for whoever never heard an answer: it may have happened at any time since, or never. */
export type Timed = { readonly began: number; readonly ended: number };

export type Verdict<Op> =
  | { readonly kind: "linearizable" }
  /** No order fits. The longest that was found has `fits` operations, and none that could come next lets `before` end. */
  | { readonly kind: "impossible"; readonly fits: number; readonly before: Op }
  /** Given up after so many tries. */
  | { readonly kind: "unsure"; readonly tries: number };

/** The question is NP-complete: a history of a few hundred operations takes thousands of tries, a wicked one any number. */
const triesMax = 2_000_000;

export function linearize<State, Op extends Timed>(
  model: Model<State, Op>,
  history: readonly Op[],
  limit: { readonly triesMax: number } = { triesMax },
): Verdict<Op> {
  const first = linked(history);
  const isPlaced = new Uint16Array(Math.ceil(history.length / 16));
  const tried = new Set<string>();
  const placed: { readonly call: Call<Op>; readonly before: State }[] = [];
  let state = model.initial;
  let longest: { fits: number; before: Op } | null = null;
  let tries = 0;
  const flip = ({ index }: Call<Op>) => void (isPlaced[index >> 4]! ^= 1 << (index & 15));

  for (let at: Event<Op> | null = first.next; first.next !== null;) {
    if ((tries += 1) > limit.triesMax) return { kind: "unsure", tries };
    // Behind the last event only those are left that never ended: they need not have happened.
    if (at === null) break;
    if (at.kind === "call") {
      const next = model.step(state, at.op);
      if (next !== null) {
        flip(at);
        const isNew = tried.size < tried.add(`${String.fromCharCode(...isPlaced)} ${model.keyOf(next)}`).size;
        if (isNew) {
          placed.push({ call: at, before: state });
          state = next;
          lift(at);
          at = first.next;
          continue;
        }
        flip(at);
      }
      at = at.next;
      continue;
    }
    // Somebody's end, and none who came before it can be next: the last one placed was placed wrongly.
    if (longest === null || placed.length > longest.fits) longest = { fits: placed.length, before: at.op };
    const last = placed.pop();
    if (last === undefined) return { kind: "impossible", ...longest };
    state = last.before;
    flip(last.call);
    unlift(last.call);
    at = last.call.next;
  }
  return { kind: "linearizable" };
}

type Event<Op> = Call<Op> | Return<Op>;
type Links<Op> = { previous: Event<Op> | Head<Op>; next: Event<Op> | null };
type Call<Op> = Links<Op> & {
  readonly kind: "call";
  readonly op: Op;
  readonly index: number;
  readonly end: Return<Op> | null;
};
type Return<Op> = Links<Op> & { readonly kind: "return"; readonly op: Op };
type Head<Op> = { next: Event<Op> | null };

/** Beginnings and ends in the order of time, as a list that lets go of its parts and takes them back; beginnings first at one instant. */
function linked<Op extends Timed>(history: readonly Op[]): Head<Op> {
  const head: Head<Op> = { next: null };
  const events = history.flatMap((op, index): readonly { at: number; event: Event<Op> }[] => {
    const end: Return<Op> | null = op.ended === Infinity ? null : { kind: "return", op, previous: head, next: null };
    const call: Call<Op> = { kind: "call", op, index, end, previous: head, next: null };
    return [{ at: op.began, event: call }, ...(end === null ? [] : [{ at: op.ended, event: end }])];
  });
  const isEnd = (event: Event<Op>) => (event.kind === "return" ? 1 : 0);
  events.sort((a, b) => a.at - b.at || isEnd(a.event) - isEnd(b.event));
  let last: Event<Op> | Head<Op> = head;
  for (const { event } of events) {
    event.previous = last;
    last.next = event;
    last = event;
  }
  return head;
}

function lift<Op>(call: Call<Op>): void {
  takeOut(call);
  if (call.end !== null) takeOut(call.end);
}

/** In the opposite order: each part still knows its neighbours of then. */
function unlift<Op>(call: Call<Op>): void {
  if (call.end !== null) putBack(call.end);
  putBack(call);
}

function takeOut<Op>(event: Event<Op>): void {
  event.previous.next = event.next;
  if (event.next !== null) event.next.previous = event.previous;
}

function putBack<Op>(event: Event<Op>): void {
  event.previous.next = event;
  if (event.next !== null) event.next.previous = event;
}
