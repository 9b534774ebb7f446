import { useSyncExternalStore } from "react";
import { keepWish, wish } from "../session.ts";
import { readColours, type Colours } from "./colours.ts";

/** Light or dark: as the system says, until a person says otherwise. */
export type Theme = "system" | "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let colours: Colours | null = null;

export function currentTheme(): Theme {
  const wished = wish("theme");
  return wished === "light" || wished === "dark" ? wished : "system";
}

export function applyTheme(theme: Theme): void {
  keepWish("theme", theme === "system" ? null : theme);
  showTheme();
}

export function showTheme(): void {
  const theme = currentTheme();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  changed();
}

export function useTheme(): Theme {
  return useSyncExternalStore(follow, currentTheme);
}

export function useColours(): Colours {
  return useSyncExternalStore(follow, () => (colours ??= readColours()));
}

function changed(): void {
  colours = null;
  for (const listener of listeners) listener();
}

dark.addEventListener("change", changed);

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
