import type { Question } from "../control-contract.ts";
import { isBeyond, type ClassName, type LocationName, type Unanswered } from "../estate.ts";
import { forbiddenBy } from "../forbidden-hours.ts";
import { permissionFor, permissionForAll, type Move, type Permission } from "./mode-rules.ts";
import type { OpenQuestion } from "./state.ts";
import { decision, effectId, estateOf, placeOf, reason, say, type Turn } from "./turn.ts";
import { secondsWords } from "./words.ts";

/** People are in charge: what may be done without one, and what is asked of them. */

/** Of what is no question of whether something may be done: long enough to wake up and read. */
const ANSWER_WITHIN_SECONDS = 300;
/** A denied or unanswered request is not asked again for so long. */
const ASK_AGAIN_MS = 900_000;
const QUESTIONS_MAX = 20;

export type Request = {
  readonly purpose: string;
  /** Absent: it is about several. */
  readonly location?: LocationName;
  readonly incident?: number;
  /** What would be done: "leave us-east-1 ...". */
  readonly doing: string;
  readonly why?: string;
  readonly users?: string;
};

/** Whether this may be done now, with all of its classes at once: by mode and its rules, after asking if need be. */
export function mayAct(turn: Turn, request: Request, move: Move): boolean {
  return isAllowed(turn, request, permissionForAll(turn, move));
}

/** Those classes of a move that may go now. Those that go by different rules are asked about by themselves. */
export function classesThatMayGo(
  turn: Turn,
  move: Move,
  requestFor: (classes: readonly ClassName[]) => Request,
): readonly ClassName[] {
  const permissions = new Map<string, { readonly permission: Permission; readonly classes: ClassName[] }>();
  for (const name of move.classes) {
    const permission = permissionFor(turn, move, name);
    const key = JSON.stringify(permission);
    const known = permissions.get(key);
    if (known === undefined) permissions.set(key, { permission, classes: [name] });
    else known.classes.push(name);
  }
  const going = [...permissions.values()].flatMap(({ permission, classes }) =>
    isAllowed(turn, requestFor(classes), permission) ? classes : [],
  );
  return move.classes.filter((name) => going.includes(name));
}

function isAllowed(turn: Turn, request: Request, { mode, unanswered }: Permission): boolean {
  switch (mode) {
    case "act":
      return true;
    case "observe":
      if (turn.now.said[WOULD + request.purpose] === undefined) {
        turn.now.said[WOULD + request.purpose] = turn.now.at;
        decision(turn, "would", `would ${request.doing}; mode is observe`, request.location);
        say(turn, {
          level: "change",
          ...whereOf(request),
          what: `would ${request.doing}`,
          ...whyOf(request),
          notDoing: "nothing moves: mode is observe",
        });
      }
      return false;
    case "approve": {
      const answer = turn.now.answers[request.purpose];
      if (answer !== undefined && (answer.choice === 1 || turn.now.at - answer.at < ASK_AGAIN_MS)) {
        if (answer.choice !== 1)
          reason(turn, "denied", `a person (or the default) said no to: ${request.doing}`, request.location);
        return answer.choice === 1;
      }
      askOnce(
        turn,
        request,
        {
          asks: `May I ${request.doing}?`,
          choices: ["approve", "deny"],
          ...defaultOf(unanswered.answer),
        },
        unanswered.afterSeconds,
      );
      return false;
    }
  }
}

const defaultOf = (answer: Unanswered["answer"]): Pick<OpenQuestion, "defaultChoice" | "actsUnanswered"> => ({
  defaultChoice: answer === "approve" ? 1 : 2,
  actsUnanswered: answer === "approve",
});

/** Opens a question for a purpose, unless it is open or answered. */
export function askOnce(
  turn: Turn,
  request: Request,
  question: Pick<OpenQuestion, "asks" | "choices" | "defaultChoice"> & Partial<Pick<OpenQuestion, "actsUnanswered">>,
  withinSeconds: Unanswered["afterSeconds"] = ANSWER_WITHIN_SECONDS,
): void {
  const { now } = turn;
  if (now.questions.some((open) => open.purpose === request.purpose)) return;
  const answered = now.answers[request.purpose];
  if (answered !== undefined && now.at - answered.at < ASK_AGAIN_MS) return;
  if (now.questions.length >= QUESTIONS_MAX)
    return reason(turn, "too-many-questions", "too many questions are open to ask another");
  const deadline = now.at + 1000 * withinSeconds;
  const open: OpenQuestion = {
    id: questionId(turn),
    actsUnanswered: false,
    ...question,
    deadline,
    purpose: request.purpose,
    incident: request.incident ?? null,
  };
  now.questions = [...now.questions, open];
  const choices = question.choices.map((choice, index) => `[${index + 1}] ${choice}`).join(" ");
  decision(turn, "asked", question.asks, request.location);
  say(turn, {
    level: "urgent",
    ...whereOf(request),
    ...(request.incident !== undefined && { incident: request.incident }),
    what: question.asks,
    ...whyOf(request),
    youNeedTo: `choose within ${secondsWords(1000 * withinSeconds)}: ${choices}. No answer: I do ${question.defaultChoice}`,
    question: questionOf(open),
  });
}

/** With the second in which it is asked: numbers begin anew with a new log, and old buttons must not fit a new question. */
function questionId(turn: Turn): string {
  return `${effectId(turn, "question")}-${Math.floor(turn.now.at / 1000).toString(36)}`;
}

const whereOf = ({ location }: Request): { location?: LocationName } => (location === undefined ? {} : { location });

function whyOf(request: Request): { why?: string; users?: string } {
  return {
    ...(request.users !== undefined && { users: request.users }),
    ...(request.why !== undefined && { why: request.why }),
  };
}

/** What people see of an open question. */
export function questionOf(open: OpenQuestion): Question {
  const { id, asks, choices, defaultChoice, deadline } = open;
  return { id, asks, choices, defaultChoice, deadline };
}

/** Records what was chosen; by null: by nobody. */
export function settle(turn: Turn, question: OpenQuestion, choice: number, person: string | null): void {
  turn.now.questions = turn.now.questions.filter((open) => open.id !== question.id);
  const isSilentYes = person === null && question.actsUnanswered && choice === question.defaultChoice;
  turn.now.answers = { ...turn.now.answers, [question.purpose]: { choice, at: turn.now.at, isSilentYes } };
  const by = person ?? "nobody answered";
  const chosen = question.choices[choice - 1]!;
  decision(turn, "answered", `${by}: ${chosen} (${question.asks})`);
  say(turn, {
    level: "change",
    ...(question.incident !== null && { incident: question.incident }),
    what: `${by}: [${choice}] ${chosen}`,
  });
}

/** At its deadline a question's stated default is what happens; where nothing moves by then, that is no yes for later. */
export function settleOverdue(turn: Turn): void {
  for (const question of turn.now.questions) {
    if (turn.now.at < question.deadline) continue;
    const isNoYes = question.actsUnanswered && turn.now.mode === "observe";
    settle(turn, question, isNoYes ? defaultOf("deny").defaultChoice : question.defaultChoice, null);
  }
}

/** A Houston that may not act any more takes nobody's silence for a yes, whatever was stated, or counted, while it might. */
export function restateDefaults(turn: Turn): void {
  const { now } = turn;
  const { mostMode } = estateOf(turn);
  if (!isBeyond("act", mostMode)) return;
  for (const { asks } of now.questions.filter(({ actsUnanswered }) => actsUnanswered)) {
    const says = `no answer is a no from now on: ${asks} (${mostMode} is the most that this Houston may do)`;
    decision(turn, "default-restated", says);
    say(turn, { level: "change", what: says });
  }
  now.questions = now.questions.map((open) => (open.actsUnanswered ? { ...open, ...defaultOf("deny") } : open));
  now.answers = Object.fromEntries(Object.entries(now.answers).filter(([, { isSilentYes }]) => !isSilentYes));
}

/** Questions whose reason is gone are withdrawn, with what was answered, and may be asked afresh. */
export function withdraw(turn: Turn, isGone: (purpose: string) => boolean): void {
  const { now } = turn;
  now.questions = now.questions.filter(({ purpose }) => !isGone(purpose));
  now.answers = Object.fromEntries(Object.entries(now.answers).filter(([purpose]) => !isGone(purpose)));
  for (const key of Object.keys(now.said))
    if (key.startsWith(WOULD) && isGone(key.slice(WOULD.length))) delete now.said[key];
}

/** Whether a purpose is one of this trouble's. */
export const isOfIncident = (purpose: string, incident: number): boolean => purpose.split(":")[2] === String(incident);

/** What is said once when mode is observe is noted under this and its purpose. */
const WOULD = "would ";

/** The hours by which one of these classes may not be moved by itself now, in words; null: all may. What is under way waits whole. */
export function forbiddenNow(turn: Turn, classes: readonly ClassName[], isLoss: boolean): string | null {
  const { at } = turn.now;
  const { guards } = estateOf(turn);
  const hours = classes
    .map((name) => forbiddenBy(guards, { at, class: name, isLoss }))
    .find((each) => each !== undefined);
  return hours === undefined ? null : `nothing moves by itself in the hours ${hours.says}`;
}

export type Stop = { readonly code: string; readonly says: string };

/** Why nothing automatic may touch this location now, or null. */
export function stoppedBy(turn: Turn, location: LocationName): Stop | null {
  const { now } = turn;
  if (now.blind) return { code: "blind", says: "I see fewer than half of the locations: nothing moves" };
  if (now.hold !== null) return { code: "held", says: `held by ${now.hold.by}: nothing moves by itself` };
  const hold = placeOf(turn, location).hold;
  if (hold !== null) return { code: "held", says: `${location} is held by ${hold.by}` };
  if (now.stopped !== null) return { code: "stopped", says: now.stopped.says };
  return null;
}
