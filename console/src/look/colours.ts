/** What the style sheet's colours are now, for canvases: they know no custom properties. */
export type Colours = Readonly<Record<ColourName, string>>;
type ColourName = "fg" | "muted" | "line" | "card" | "ok" | "shaky" | "failing" | "accent" | "held" | "land" | "border";

const NAMES: readonly ColourName[] = [
  "fg",
  "muted",
  "line",
  "card",
  "ok",
  "shaky",
  "failing",
  "accent",
  "held",
  "land",
  "border",
];

export function readColours(): Colours {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}
