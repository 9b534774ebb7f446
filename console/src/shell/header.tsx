import { useConsole, useNow, type Console } from "../context.tsx";
import { bothTexts, clockText } from "../look/moments.ts";
import { applyTheme, useTheme, type Theme } from "../look/theme.ts";
import { Link } from "../navigation.tsx";
import type { Route } from "../route.ts";

const VIEWS: readonly { readonly words: string; readonly to: Route; readonly has: readonly Route["view"][] }[] = [
  { words: "Now", to: { view: "map", at: null }, has: ["map", "location"] },
  { words: "Timeline", to: { view: "timeline", at: null, filter: null }, has: ["timeline"] },
  { words: "Plan", to: { view: "plan", without: null }, has: ["plan", "losses"] },
  { words: "Requests", to: { view: "trace", id: null }, has: ["trace"] },
  { words: "Drills", to: { view: "drills", report: null }, has: ["drills"] },
];

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: "dark", dark: "light", light: "system" };
const THEME_WORDS: Readonly<Record<Theme, string>> = { system: "Auto", dark: "Dark", light: "Light" };

/** What is always there: the views, the clock, and the brake. */
export function Header(props: { readonly route: Route; readonly isHeld: boolean; readonly showKeys: () => void }) {
  const { route, isHeld, showKeys } = props;
  const { canOrder, propose } = useConsole();
  const theme = useTheme();
  return (
    <header className="top">
      <Link to={{ view: "map", at: null }} className="brand">
        Houston
      </Link>
      <nav aria-label="Views">
        {VIEWS.map(({ words, to, has }) => (
          <Link key={words} to={to} isCurrent={has.includes(route.view)}>
            {words}
          </Link>
        ))}
      </nav>
      <div className="tools">
        <Clock />
        <button
          type="button"
          className="plain"
          title="Light, dark, or as the system says"
          onClick={() => applyTheme(NEXT_THEME[theme])}
        >
          <span className="hidden">Colours: </span>
          {THEME_WORDS[theme]}
        </button>
        <button type="button" className="plain" aria-label="Keys" title="Keys" onClick={showKeys}>
          ?
        </button>
        {canOrder ? (
          <button type="button" onClick={() => propose({ kind: "evacuate", location: "" })}>
            Order ...
          </button>
        ) : (
          <button type="button" className="plain" onClick={() => propose({ kind: "hold" })}>
            Read-only
          </button>
        )}
        <button
          type="button"
          className={isHeld ? "brake held" : "brake"}
          aria-keyshortcuts="h"
          onClick={() => propose({ kind: "hold" })}
        >
          <kbd>H</kbd> {isHeld ? "Held" : "Hold"}
          <span className="hidden"> everything</span>
        </button>
      </div>
    </header>
  );
}

function Clock() {
  const { zone, setZone } = useConsole();
  const now = useNow();
  const next: Console["zone"] = zone === "utc" ? "local" : "utc";
  return (
    <button type="button" className="plain clock" title={bothTexts(now)} onClick={() => setZone(next)}>
      {clockText(now, zone, now)} {zone === "utc" ? "UTC" : "local"}
      <span className="hidden">, show times in {next === "utc" ? "UTC" : "local time"}</span>
    </button>
  );
}
