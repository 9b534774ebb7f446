import { useEffect, useRef } from "react";

/** Keys that work everywhere but where somebody writes or is asked, and not with a modifier: those are the browser's. */
export type Keys = Readonly<Record<string, (() => void) | undefined>>;

export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || event.metaKey || event.ctrlKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (isTextField(event.target) || (key !== BRAKE_KEY && document.querySelector("dialog[open]") !== null)) return;
      const run = latest.current[key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** The brake is in reach from a dialog as well. */
export const BRAKE_KEY = "h";

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && target.type !== "range" && target.type !== "checkbox";
}

export const KEYS_TOLD: readonly (readonly [string, string])[] = [
  ["H", "hold everything; H again or Enter does it"],
  ["O", "give an order"],
  ["1 to 9", "answer Houston's question, when one is open"],
  ["N", "now: the map and all locations"],
  ["T", "timeline"],
  ["P", "plan: what if a location went?"],
  ["R", "a request's way"],
  ["D", "drills"],
  ["Arrow keys", "on the map: to the next location; on the past's slider: a step"],
  ["Esc", "close; from the past back to now"],
  ["?", "these keys"],
];
