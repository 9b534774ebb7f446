import type { Answer, StepKind } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { limits } from "./limits.ts";

/** What a step learns about the attempt it makes. */
export type Attempt = {
  /** 1 for the first key of this step; grows when an earlier key was made void. */
  readonly attempt: number;
  /** Unix ms. Send it along where the receiver honours it (`not-after`): a late copy is then refused. */
  readonly notAfter: number;
  /** Aborted when the time is over or the run lost its request to another one. */
  readonly signal: AbortSignal;
  /** Where this run is. */
  readonly location: string;
};

/** `final: true` with `done: false` promises that no call with that key will ever be accepted. */
export type Settlement<T> =
  | { readonly done: true; readonly final: true; readonly result: T }
  | { readonly done: false; readonly final: true }
  | { readonly done: boolean; readonly final: false };

type Common<T> = {
  /** The effect. `key` is the same for a repeat of the same attempt and fresh after a void. */
  readonly does: (key: string, attempt: Attempt) => Promise<T> | T;
  /** How to take it back, should a later step be refused: `key` is the effect's own. May be repeated. */
  readonly undoes?: (key: string, result: T, attempt: Attempt) => unknown;
  readonly withinMs?: number;
};

export type StepOptions<T> =
  | (Common<T> & { readonly kind: "idempotent" })
  | (Common<T> & {
      readonly kind: "askable";
      /** Settles doubt: makes 'not done' final, or says what was done. May be repeated. */
      readonly asks: (key: string, attempt: Attempt) => Promise<Settlement<T>> | Settlement<T>;
    })
  | (Common<T> & { readonly kind: "once" })
  | (Common<T> & { readonly kind: "pure" });

export type Step = <T>(name: string, options: StepOptions<T>) => Promise<T>;

/** The request as its journal knows it. */
export type RunView = {
  readonly id: string;
  readonly key: string;
  /** Where the request began. */
  readonly home: string;
  /** Where it runs now. */
  readonly location: string;
  /** Steps done so far, in order, by whom and when: the same after a take-over. */
  done(): readonly StepDone[];
};

export type StepDone = {
  readonly name: string;
  readonly location: string;
  readonly at: number;
  readonly attempt: number;
};

export type Workflow<Input> = (request: Input, step: Step, run: RunView) => Promise<unknown>;

export type Continuation<Input> = {
  readonly name: string;
  readonly version: number;
  readonly workflow: Workflow<Input>;
  readonly notKept: readonly string[];
  /** Code of earlier versions, for requests that were begun with it. */
  readonly earlier: readonly Continuation<Input>[];
};

/**
 * Names a piece of work whose half-done requests another location can finish. Its steps must be called in
 * the same order for the same request and results; everything that touches the world belongs in a step.
 * Raise `version` when steps change, and keep the code of the `earlier` one until its requests have ended: a
 * request begun with a version that is not here parks instead of being guessed. Fields named in `notKept` (card
 * numbers) are refused wherever they show up in what the journal would keep: requests, results, JSON answers.
 */
export function continuation<Input>(
  name: string,
  options: {
    readonly version: number;
    readonly earlier?: readonly Continuation<Input>[];
    readonly notKept?: readonly string[];
  },
  workflow: Workflow<Input>,
): Continuation<Input> {
  checkName(name, "continuation");
  if (!Number.isSafeInteger(options.version) || options.version < 1) {
    throw new ContinuityError({
      code: "bad-input",
      message: `continuation "${name}" has version ${String(options.version)}`,
      hint: "give a whole number from 1 up, and raise it when its steps change",
    });
  }
  const { version, earlier = [], notKept = [] } = options;
  if (earlier.some((one) => one.name !== name || one.version >= version)) {
    throw new ContinuityError({
      code: "bad-input",
      message: `continuation "${name}" has an earlier one of another name, or of a version not below ${version}`,
      hint: "list continuations of the same name and lower versions as earlier",
    });
  }
  return { name, version, workflow, notKept, earlier };
}

/** Dots separate the parts of a step's key, so names have none. */
export function checkName(name: string, what: string): void {
  if (typeof name === "string" && name.length <= limits.nameChars && /^[A-Za-z0-9_-]+$/.test(name)) return;
  throw new ContinuityError({
    code: "bad-name",
    message: `${what} name ${JSON.stringify(name)?.slice(0, 80) ?? typeof name} cannot be used`,
    hint: `use 1 to ${limits.nameChars} letters, digits, - and _`,
  });
}

const stepKinds: Readonly<Record<StepKind, true>> = { idempotent: true, askable: true, once: true, pure: true };

export function checkStep<T>(name: string, options: StepOptions<T>): void {
  checkName(name, "step");
  const given: Partial<StepOptions<T>> | undefined = options;
  const kind = given?.kind;
  const complete = kind !== undefined && Object.hasOwn(stepKinds, kind) && typeof given?.does === "function";
  const asks = options.kind !== "askable" || typeof options.asks === "function";
  if (complete && asks) return;
  throw new ContinuityError({
    code: "bad-kind",
    message: `step "${name}" does not say ${complete ? "how to ask" : "what it does and of what kind it is"}`,
    hint: 'give does and kind: "idempotent", "askable" (with asks), "once" or "pure"',
  });
}

/** Whose request it is: two tenants may draw the same key and must never meet. Names have no `@`. */
export type Owner = { readonly workflow: string; readonly tenant?: string | undefined };

const ownerText = ({ workflow, tenant }: Owner): string => (tenant === undefined ? workflow : `${workflow}@${tenant}`);

/** What the ids of all requests of this owner begin with. */
export const idPrefix = (of: Owner): string => `${ownerText(of)}:`;

/** The key a receiver sees: starts with the request's own key, and tells attempts and tenants apart. */
export const stepKey = (of: Owner & { key: string; step: string; attempt: number }): string =>
  `${of.key}.${ownerText(of)}.${of.step}.${of.attempt}`;

/** What a workflow returns to choose status and headers: text or bytes as they are, anything else as JSON. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  if (body instanceof Uint8Array) {
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64");
    return {
      status,
      headers: { "content-type": "application/octet-stream", ...headers },
      body: text,
      encoding: "base64",
    };
  }
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}
