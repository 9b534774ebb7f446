import type { AddCommand } from "../command.ts";
import { force, pin, unpin, weight } from "./by-hand.ts";
import { chat } from "./chat.ts";
import { check } from "./check.ts";
import { completion } from "./completion.ts";
import { console } from "./console.ts";
import { dns } from "./dns.ts";
import { doubt } from "./doubt.ts";
import { drill } from "./drill.ts";
import { drills } from "./drills.ts";
import { edge } from "./edge.ts";
import { evacuate } from "./evacuate.ts";
import { fault } from "./fault.ts";
import { gate } from "./gate.ts";
import { init } from "./init.ts";
import { order } from "./order.ts";
import { answer, hold, mode, release, restore } from "./orders.ts";
import { judge } from "./judge.ts";
import { plan } from "./plan.ts";
import { planet } from "./planet.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";
import { scorecard } from "./scorecard.ts";
import { simulate } from "./simulate.ts";
import { size } from "./size.ts";
import { status } from "./status.ts";
import { trace } from "./trace.ts";
import { up } from "./up.ts";
import { why } from "./why.ts";

/** The whole command table, in the order of the docs. */
export const commands: readonly AddCommand[] = [
  up,
  run,
  drill,
  drills,
  fault,
  plan,
  size,
  planet,
  status,
  why,
  console,
  evacuate,
  restore,
  hold,
  release,
  mode,
  force,
  weight,
  pin,
  unpin,
  answer,
  order,
  trace,
  doubt,
  gate,
  chat,
  init,
  check,
  schema,
  edge,
  dns,
  report,
  scorecard,
  record,
  replay,
  simulate,
  judge,
  completion,
];
