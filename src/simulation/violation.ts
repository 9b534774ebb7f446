/** A run broke a numbered invariant of docs/invariants.md: which, when, and what led there. */
export class SimulationViolation extends Error {
  readonly invariant: string;
  readonly seed: number;
  readonly scenario: string | null;
  readonly atSeconds: number;
  readonly says: string;
  /** The faults of the run and the last decisions before. */
  readonly story: readonly string[];

  constructor(broken: {
    readonly invariant: string;
    readonly seed: number;
    readonly scenario: string | null;
    readonly atSeconds: number;
    readonly says: string;
    readonly story: readonly string[];
  }) {
    const where = `seed ${broken.seed}${broken.scenario === null ? "" : ` of ${broken.scenario}`}`;
    super(
      `${broken.invariant} at ${broken.atSeconds.toFixed(2)} s of ${where}: ${broken.says}\n${broken.story.join("\n")}`,
    );
    this.name = "SimulationViolation";
    this.invariant = broken.invariant;
    this.seed = broken.seed;
    this.scenario = broken.scenario;
    this.atSeconds = broken.atSeconds;
    this.says = broken.says;
    this.story = broken.story;
  }
}
