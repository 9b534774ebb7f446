/** Which view the address names, and what is opened in it. Every address is a permalink; `at` is a past moment in Unix milliseconds, null is now. */
export type Route =
  | { readonly view: "map"; readonly at: number | null }
  /** `part` is the box of its stack that was chosen. */
  | { readonly view: "location"; readonly name: string; readonly at: number | null; readonly part: string | null }
  | { readonly view: "plan"; readonly without: string | null }
  /** Could any one of them go? */
  | { readonly view: "losses" }
  | { readonly view: "timeline"; readonly at: number | null; readonly filter: string | null }
  | { readonly view: "trace"; readonly id: string | null }
  /** `report` is the one that was opened, as Houston keeps it: `gray-1638890400000`. */
  | { readonly view: "drills"; readonly report: string | null }
  | { readonly view: "nowhere"; readonly path: string };

export function routeOf(address: { readonly pathname: string; readonly search: string }): Route {
  const query = new URLSearchParams(address.search);
  const at = momentOf(query.get("at"));
  const [head = "", tail, ...more] = address.pathname.split("/").slice(1).map(decoded);
  const nowhere: Route = { view: "nowhere", path: address.pathname };
  if (more.length > 0) return nowhere;
  if (tail !== undefined && tail !== "") {
    if (head === "location") return { view: "location", name: tail, at, part: query.get("part") };
    if (head === "plan" && tail === LOSSES) return { view: "losses" };
    if (head === "trace") return { view: "trace", id: tail };
    if (head === "drills") return { view: "drills", report: tail };
    return nowhere;
  }
  if (head === "") return { view: "map", at };
  if (head === "plan") return { view: "plan", without: query.get("without") };
  if (head === "timeline") return { view: "timeline", at, filter: query.get("filter") };
  if (head === "trace") return { view: "trace", id: null };
  if (head === "drills") return { view: "drills", report: null };
  return nowhere;
}

export function addressOf(route: Route): string {
  switch (route.view) {
    case "map":
      return `/${query({ at: route.at })}`;
    case "location":
      return `/location/${encodeURIComponent(route.name)}${query({ at: route.at, part: route.part })}`;
    case "plan":
      return `/plan${query({ without: route.without })}`;
    case "losses":
      return `/plan/${LOSSES}`;
    case "timeline":
      return `/timeline${query({ at: route.at, filter: route.filter })}`;
    case "trace":
      return route.id === null ? "/trace" : `/trace/${encodeURIComponent(route.id)}`;
    case "drills":
      return route.report === null ? "/drills" : `/drills/${encodeURIComponent(route.report)}`;
    case "nowhere":
      return route.path;
  }
}

const LOSSES = "every-loss";

function query(fields: Readonly<Record<string, string | number | null>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given}`;
}

function momentOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A broken escape is shown as it came: it names nothing then, and the view says so. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
