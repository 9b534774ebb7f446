/** Who decides. The loop asks before each step, so that one who lost the lead in the middle stops there. */
export type Leadership = {
  readonly name: string;
  leads(): boolean;
};

/** One deciding Houston and nobody else: the planet's way until leaders are elected. */
export function singleLeader(name: string): Leadership {
  return { name, leads: () => true };
}
