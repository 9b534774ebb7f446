import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../../../core/control-contract.ts";
import type { SteeringContext } from "../../../steering-context.ts";
import { markerName, digest } from "../../marker.ts";
import type { RecordChange, RecordServer } from "../../record-server.ts";
import { refused } from "../../record-server.ts";
import { commonOf, hostsByDomain, recordSteering } from "../../record-steering.ts";
import { route53Calls, type Called } from "../calls.ts";
import { partsInWords } from "../record-text.ts";
import { route53Server } from "../server.ts";
import { groupsOf, ownNames, route53Sets, classesOf } from "../sets.ts";
import type { Route53Settings } from "../shape.ts";
import { route53Config, serverOptions } from "../make.ts";
import { forgetBase, routeOf, type StagedBase, writeBase } from "./base.ts";
import { askedOf, checkKey, healthChecks, type HealthChecks, type HeldCheck, stayingIn } from "./health-checks.ts";
import { stagedNames, stagedSets, stagedSteps } from "./sets.ts";
import type { StagedSettings } from "./shape.ts";
import { stepPath, type Step } from "./switch-word.ts";

export type Staging = {
  readonly settings: Route53Settings & { readonly staged: StagedSettings };
  readonly context: SteeringContext;
  /** What is staged: the newest table that the driver was given, with its demand. */
  readonly base: StagedBase;
  /** `look`: nothing is written. `remove`: plain records of the same table in place of the staged ones, and no health check of ours. */
  readonly deed: "look" | "apply" | "remove";
  /** A part of a caller reference that was never used. */
  readonly once: () => string;
  /** What is being waited for. */
  readonly say: (what: string) => void;
};

export type Staged = {
  readonly outcome: Outcome;
  /** Health checks that were, or would be, made and taken away. */
  readonly checks: { readonly stand: number; readonly made: number; readonly removed: number };
  /** Records that are, or would be, taken away and put there; empty: they stand already. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
};

/**
 * Puts records and health checks into Route 53 so that a location can be left later without it, or takes them back.
 *
 * 1. Nothing is written by a look. What is there and is not Houston's is refused, as every change is (write-decision.ts).
 * 2. Records name a health check only when checkers of Route 53 have had an answer from each of its switches: a new check that is inverted
 *    counts as unwell until then, and would move everybody.
 * 3. Health checks that no record names any more are removed last. Whatever breaks off in between is gone on with by the next run.
 */
export async function stage(staging: Staging, signal: AbortSignal): Promise<Staged> {
  const { settings, context, base, deed } = staging;
  const { estate, hosts } = context;
  const { domains, owner, staged } = settings;
  const route = routeOf(
    estate.locations.map(({ name }) => name),
    base,
  );
  if (route === null) return nothing(refused("table-malformed", "the newest table is none of these locations"));
  const hostsOf = hostsByDomain({ name: context.name, domains, hosts });
  const tree = {
    estate,
    hostsOf,
    owner,
    zonesBy: settings.zonesBy,
    steps: staged.steps,
    addresses: context.addresses,
    otherwise: context.otherwise,
    demandRps: () => base.demand,
  };
  const common = commonOf(settings, context);
  const options = serverOptions(settings, { ...common, now: context.now });
  const checks = healthChecks(route53Calls(options), {
    estate: domains.map((domain) => markerName(domain, owner)).join(),
    once: staging.once,
  });
  const steps = deed === "remove" ? [] : stagedSteps(route, tree);
  const held = await checks.list(signal);
  if (held.kind !== "answer") return nothing(held);
  const ensured = await ensure(steps, { checks, held: held.answer, staging, signal });
  if (ensured.kind !== "answer") return nothing(ensured);
  const { ids, children, made, used } = ensured.answer;
  let reached: Promise<Outcome> | undefined;

  const server = route53Server(options);
  const changes: RecordChange[] = [];
  const plain = deed === "remove";
  const rendered = plain
    ? route53Sets(route, tree)
    : stagedSets(route, { ...tree, checkOf: (step) => ids.get(stepPath(step))! });
  const steering = await recordSteering({
    ...common,
    besides: (domain) => [
      ...ownNames(domain, tree),
      ...groupNames(domain, tree).flatMap((group) => stagedNames(group, common.locations)),
    ],
    server:
      deed === "look"
        ? lookingOnly(server, changes)
        : noting(server, changes, () => (reached ??= untilReached(children, { checks, staging, signal }))),
    answeredBy: settings.answeredBy,
    render: () => rendered,
    config: plain
      ? route53Config(settings, context)
      : digest(JSON.stringify([route53Config(settings, context), staged.steps, [...ids]])),
  });
  let outcome = await steering.driver.apply(base.table, signal);
  while (outcome.kind === "retry" && outcome.code === "not-applied" && !signal.aborted) {
    staging.say("Route 53 has the records, and not all of its servers have them yet");
    outcome = await steering.driver.apply(base.table, signal);
  }
  await steering.stop();
  const surplus = [...held.answer].filter(([key]) => !used.has(key)).map(([, check]) => check);
  const counted = { stand: used.size - made, made, removed: surplus.length };
  // The refusal of a look is our own: it got as far as to write.
  if (deed === "look" && changes.length > 0) outcome = { kind: "done" };
  if (outcome.kind === "done" && deed !== "look") {
    outcome = await removeAll(surplus, { checks, signal });
    if (deed === "apply") writeBase(context.stateFolder, "staged.json", base);
    else forgetBase(context.stateFolder, "staged.json");
  }
  return { outcome, checks: outcome.kind === "done" ? counted : { ...counted, removed: 0 }, ...inWords(changes) };
}

const nothing = (outcome: Outcome): Staged => ({
  outcome,
  checks: { stand: 0, made: 0, removed: 0 },
  removed: [],
  added: [],
});

type Ensured = {
  /** The calculated check of each step, by its path. */
  readonly ids: ReadonlyMap<string, string>;
  /** Those that ask a switch. */
  readonly children: readonly string[];
  readonly made: number;
  readonly used: ReadonlySet<string>;
};

/** Four checks a step: one for each switch, and the one that counts them. */
async function ensure(
  steps: readonly Step[],
  {
    checks,
    held,
    staging,
    signal,
  }: {
    readonly checks: HealthChecks;
    readonly held: ReadonlyMap<string, HeldCheck>;
    readonly staging: Staging;
    readonly signal: AbortSignal;
  },
): Promise<Called<Ensured>> {
  const ids = new Map<string, string>();
  const used = new Set<string>();
  let made = 0;
  const all: string[] = [];
  const idOf = async (config: Parameters<HealthChecks["create"]>[0]): Promise<Called<string>> => {
    const key = checkKey(config);
    used.add(key);
    const there = held.get(key);
    if (there !== undefined) return { kind: "answer", answer: there.id };
    made += 1;
    // Of a look nothing is written, and so nothing has an id yet.
    return staging.deed === "look" ? { kind: "answer", answer: `new-${key}` } : checks.create(config, signal);
  };
  for (const step of steps) {
    const children: string[] = [];
    for (const { url } of staging.settings.staged.switches) {
      const child = await idOf(askedOf(url, step));
      if (child.kind !== "answer") return child;
      children.push(child.answer);
    }
    all.push(...children);
    const whole = await idOf(stayingIn(children));
    if (whole.kind !== "answer") return whole;
    ids.set(stepPath(step), whole.answer);
  }
  return { kind: "answer", answer: { ids, children: all, made, used } };
}

/** Checkers begin within seconds, as a rule. */
const REACHED_WITHIN_MS = 180_000;
const LOOK_AGAIN_MS = 2000;

async function untilReached(
  ids: readonly string[],
  {
    checks,
    staging,
    signal,
  }: { readonly checks: HealthChecks; readonly staging: Staging; readonly signal: AbortSignal },
): Promise<Outcome> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(REACHED_WITHIN_MS)]);
  for (const [index, id] of ids.entries()) {
    let last: Outcome = await checks.reached(id, until);
    if (last.kind !== "done") staging.say(`${index} of ${ids.length} health checks have had an answer`);
    while (last.kind === "retry" && !until.aborted) {
      await sleep(LOOK_AGAIN_MS, undefined, { signal: until }).catch(() => undefined);
      const next = await checks.reached(id, until);
      if (!until.aborted) last = next;
    }
    if (last.kind !== "done")
      return refused(
        "unsupported",
        `Route 53's checkers have no answer of a switch (health check ${id}): ${last.says ?? last.code}; no record was changed. Open its port to them, and run this again`,
      );
  }
  return { kind: "done" };
}

/** Those that count others first. */
async function removeAll(
  surplus: readonly HeldCheck[],
  { checks, signal }: { readonly checks: HealthChecks; readonly signal: AbortSignal },
): Promise<Outcome> {
  for (const { id } of surplus.toSorted((a, b) => Number(b.isCalculated) - Number(a.isCalculated))) {
    const removed = await checks.remove(id, signal);
    if (removed.kind !== "done") return removed;
  }
  return { kind: "done" };
}

function groupNames(
  domain: string,
  tree: Parameters<typeof ownNames>[1] & Parameters<typeof route53Sets>[1],
): readonly string[] {
  return classesOf(tree.hostsOf.get(domain) ?? []).flatMap((className) => {
    const groups = groupsOf({ ...tree, domain, className });
    const all = groups.isOne ? [] : tree.estate.zones.map(({ name }) => groups.name(groups.of(name)));
    return [...new Set([groups.root, ...all])];
  });
}

/** Says what would be written, and writes nothing. */
const lookingOnly = (server: RecordServer, changes: RecordChange[]): RecordServer => ({
  ...server,
  async write(change) {
    changes.push(change);
    return refused("refused", "nothing was written");
  },
});

/** Keeps what was written, and writes only when it may. */
const noting = (server: RecordServer, changes: RecordChange[], may: () => Promise<Outcome>): RecordServer => ({
  ...server,
  async write(change, signal) {
    const allowed = await may();
    if (allowed.kind !== "done") return allowed;
    const outcome = await server.write(change, signal);
    if (outcome.kind === "done") changes.push(change);
    return outcome;
  },
});

function inWords(changes: readonly RecordChange[]): Pick<Staged, "removed" | "added"> {
  const before = new Set(changes.flatMap((change) => change.before.flatMap(partsInWords)));
  const after = new Set(changes.flatMap((change) => change.after.flatMap(partsInWords)));
  return {
    removed: [...before].filter((each) => !after.has(each)),
    added: [...after].filter((each) => !before.has(each)),
  };
}
