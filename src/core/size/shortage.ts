/**
 * Whether everybody finds a seat: groups of users, each with the places it may go to, and the room of each place.
 *
 * Seats are given out, and who finds none asks those who sit where it may sit to move up (augmenting paths; Ford and Fulkerson). When
 * nobody can be helped, the places that the unlucky reached are all full of those who may only be there: they are the proof, and the
 * demand that they hold more is the cut (Gale's condition for transportation; the min-cut side of max-flow min-cut).
 */
export type Group = { readonly places: readonly number[] };

/** Places that together hold less than the groups that may only go there want. */
export type Shortage = { readonly places: readonly number[]; readonly wantedRps: number; readonly shortRps: number };

/** `wanted` by group, `room` by place; less than `slack` is nothing. Null: everybody fits. */
export function shortageOf(
  groups: readonly Group[],
  wanted: Float64Array,
  room: Float64Array,
  slack: number,
): Shortage | null {
  const width = room.length;
  const flow = new Float64Array(groups.length * width);
  const left = Float64Array.from(room);
  const unseated = Float64Array.from(wanted);
  const reached = new Uint8Array(width);
  const cameFrom = new Int32Array(width);
  const mover = new Int32Array(width);
  const queue = new Int32Array(width);

  for (let group = 0; group < groups.length; group++) sitDown(group);
  let short = 0;
  for (let group = 0; group < groups.length; group++) {
    while (unseated[group]! > slack) {
      const end = search([group]);
      if (end < 0) break;
      moveUp(group, end);
    }
    if (unseated[group]! > slack) short += unseated[group]!;
  }
  if (short === 0) return null;
  search(Array.from(groups.keys()).filter((group) => unseated[group]! > slack));
  let wantedRps = 0;
  for (let group = 0; group < groups.length; group++)
    if (groups[group]!.places.every((place) => reached[place] === 1)) wantedRps += wanted[group]!;
  return { places: Array.from(reached.keys()).filter((place) => reached[place] === 1), wantedRps, shortRps: short };

  function sitDown(group: number): void {
    for (const place of groups[group]!.places) {
      if (unseated[group]! <= 0) return;
      const rps = Math.min(unseated[group]!, left[place]!);
      if (rps <= 0) continue;
      flow[group * width + place] = rps;
      left[place]! -= rps;
      unseated[group]! -= rps;
    }
  }

  /** The first place with room that moving up leads to; -1: none, and `reached` is where it ended. */
  function search(starts: readonly number[]): number {
    reached.fill(0);
    let [head, tail] = [0, 0];
    for (const group of starts) {
      for (const place of groups[group]!.places) {
        if (reached[place] === 1) continue;
        reached[place] = 1;
        cameFrom[place] = -1;
        mover[place] = group;
        queue[tail++] = place;
      }
    }
    while (head < tail) {
      const place = queue[head++]!;
      if (left[place]! > slack / width) return place;
      for (let group = 0; group < groups.length; group++) {
        if (flow[group * width + place]! <= 0) continue;
        for (const next of groups[group]!.places) {
          if (reached[next] === 1) continue;
          reached[next] = 1;
          cameFrom[next] = place;
          mover[next] = group;
          queue[tail++] = next;
        }
      }
    }
    return -1;
  }

  function moveUp(group: number, end: number): void {
    let rps = Math.min(unseated[group]!, left[end]!);
    for (let place = end; cameFrom[place]! >= 0; place = cameFrom[place]!)
      rps = Math.min(rps, flow[mover[place]! * width + cameFrom[place]!]!);
    for (let place = end; ; place = cameFrom[place]!) {
      flow[mover[place]! * width + place]! += rps;
      if (cameFrom[place]! < 0) break;
      flow[mover[place]! * width + cameFrom[place]!]! -= rps;
    }
    left[end]! -= rps;
    unseated[group]! -= rps;
  }
}
