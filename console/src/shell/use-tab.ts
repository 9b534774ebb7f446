import { useEffect } from "react";
import type { FirstLine } from "../../../src/core/control/first-line.ts";
import changeIcon from "../icons/change.svg";
import okIcon from "../icons/ok.svg";
import staleIcon from "../icons/stale.svg";
import urgentIcon from "../icons/urgent.svg";
import { tabTitle, type Doubt } from "../look/first-line.ts";

const ICONS = { ok: okIcon, change: changeIcon, urgent: urgentIcon };

/** The tab's title and sign, for who has thirty of them open. */
export function useTab(line: FirstLine | null, doubt: Doubt): void {
  const title = line === null ? "Houston" : tabTitle(line, doubt);
  const icon = line === null || doubt !== null ? staleIcon : ICONS[line.level];
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.setAttribute("href", icon);
  }, [icon]);
}
