import type { ControlView, LocationView } from "../../core/control-contract.ts";
import { clockTime, percent } from "../amounts.ts";

/** What an order that lets moves begin would set free, as things are: said before the question. */

/** Ends a hold; without a location also a stop and what was set apart. */
export function releasePreview(view: ControlView, location: string | undefined): string[] {
  if (location !== undefined) {
    const place = view.locations.find(({ name }) => name === location);
    if (place === undefined) return [`moves of ${location} may begin again by themselves`];
    return [
      place.hold === null
        ? `${location} is not held: releasing it changes nothing by itself`
        : `the hold of ${place.hold.by} on ${location} since ${clockTime(place.hold.at)} ends: it may be left, and get users back, by itself`,
      ...(view.hold === null
        ? []
        : [`everything is still held by ${view.hold.by}: nothing moves until that is released too`]),
      ...mayMoveNow([place]),
    ];
  }
  const held = view.locations.filter((place) => place.hold !== null).map(({ name }) => name);
  return [
    ...(view.hold === null
      ? []
      : [`the hold of ${view.hold.by} since ${clockTime(view.hold.at)} ends: Houston moves traffic by itself again`]),
    ...(view.stopped === null
      ? []
      : [
          `the stop since ${clockTime(view.stopped.at)} ends (${view.stopped.says}): a leave that it froze goes on if there is still reason to`,
        ]),
    ...(view.hold === null && view.stopped === null ? ["nothing that concerns all locations is held or stopped"] : []),
    "buckets that were set apart, if any, are served like all others again",
    ...(held.length === 0 ? [] : [`still held by themselves: ${held.join(", ")}`]),
    ...mayMoveNow(view.locations.filter((place) => place.hold === null)),
  ];
}

/** Only `act` lets moves begin; the others take something back, which nobody has to confirm. */
export function actPreview(view: ControlView): string[] {
  return [
    view.mode === "act"
      ? "the mode is act already"
      : `the mode is ${view.mode} and becomes act: Houston moves traffic by itself, without asking`,
    ...(view.hold === null ? [] : [`everything is held by ${view.hold.by}: nothing moves until that is released`]),
    ...mayMoveNow(view.locations),
  ];
}

/** Undefined when there is no such question or choice: Houston refuses that, and names the nearest. */
export function answerPreview(view: ControlView, id: string, choice: number): string[] | undefined {
  const question = view.questions.find((open) => open.id === id);
  const chosen = question?.choices[choice - 1];
  if (question === undefined || chosen === undefined) return undefined;
  return [question.asks, `you answer ${choice}: ${chosen}, and Houston does so at once`];
}

function mayMoveNow(places: readonly LocationView[]): string[] {
  return places.flatMap(({ name, state, verdict, movedShare }) => {
    if (state === "draining") return [`  ${name} is draining, ${percent(movedShare)} out: it may go on`];
    if (state === "restoring") return [`  ${name} is restoring, ${percent(movedShare)} still out: it may go on`];
    if (verdict.verdict === "failing") return [`  ${name} is ${state} and failing: it may be left`];
    return [];
  });
}
