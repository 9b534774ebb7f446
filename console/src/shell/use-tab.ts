import { useEffect } from "react";
import changeIcon from "../icons/change.svg";
import okIcon from "../icons/ok.svg";
import staleIcon from "../icons/stale.svg";
import urgentIcon from "../icons/urgent.svg";
import { tabTitle, type FirstLine } from "../look/first-line.ts";

const ICONS = { ok: okIcon, change: changeIcon, urgent: urgentIcon };

/** The tab's title and sign, for who has thirty of them open. */
export function useTab(line: FirstLine | null, isStale: boolean): void {
  const title = line === null ? "Houston" : tabTitle(line, isStale);
  const icon = line === null || isStale ? staleIcon : ICONS[line.level];
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.setAttribute("href", icon);
  }, [icon]);
}
