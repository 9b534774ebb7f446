/** Every limit of the library, with its reason. Sizes count characters of JSON text. */
export const limits = {
  /** Longer than any UUID or composed key; short enough for an index and a URL. */
  keyChars: 255,
  nameChars: 64,
  /** `workflow@tenant:key`, each at its longest. */
  idChars: 255 + 2 * 64 + 2,
  /** A request that needs more should keep its body elsewhere and carry a reference. */
  inputChars: 65_536,
  resultChars: 65_536,
  answerChars: 262_144,
  /** What one append may carry: a few results and intents. */
  entriesPerWrite: 64,
  /** A workflow of more steps is a loop that should be cut into several requests. */
  stepsPerRequest: 100,
  /** Failed calls and questions of one step within one run; with the pauses about three seconds. */
  failuresPerRun: 8,
  /** Answers that were not final, after the attempt's time is over: then the doubt is a person's. */
  openAnswersPerRun: 3,
  /** A request that has been taken over so often kills or loses its runners: a person should look. */
  epochs: 200,
  /** Requests that one process runs at once for one store; more are refused with 503. */
  runningPerStore: 10_000,
  /** Other names (order, trace id) under which one request can be found. */
  namesPerEntry: 8,
} as const;

/** How long things take unless told otherwise, in milliseconds. */
export const defaults = {
  /** An owner that wrote nothing for so long may be taken over. A hint only: the fence is the guard. */
  leaseMs: 800,
  /** A run that has written nothing for a quarter of its lease says that it lives. */
  beatsPerLease: 4,
  /** A lease of nothing, which takes over at once, makes nobody write without end. */
  beatMsMin: 50,
  /** How long one attempt of a step may take before it counts as unknown. */
  stepWithinMs: 5_000,
  /** How long a caller waits for the answer before it is told 'in progress'. */
  waitMs: 9_000,
  /** First pause between tries; doubles, up to the longest. */
  backoffMs: 40,
  backoffMaxMs: 600,
  /** After a take-over, branches of a workflow get so long to ask for their recorded steps. */
  replayGraceMs: 50,
} as const;
