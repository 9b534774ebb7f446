import type { LocationDetail, World } from "../../api/contract.ts";
import type { ControlView } from "../../core/control-contract.ts";
import type { Layer } from "../../core/estate.ts";
import type { ServiceRate } from "../../core/summary.ts";
import type { Because, Cause, Verdict } from "../../core/verdict.ts";
import { percent } from "../amounts.ts";
import { toned, type Line, type Part } from "../colour.ts";
import { columnLines } from "../columns.ts";

/** What is known besides the verdict: of now alone, null for a past moment. */
export type Around = { readonly detail: LocationDetail; readonly view: ControlView };

/** From what users feel down to what the provider gives. */
const LAYERS: readonly { readonly layer: Layer; readonly title: string }[] = [
  { layer: "journey", title: "Users and journeys" },
  { layer: "edge", title: "Edge" },
  { layer: "service", title: "Services" },
  { layer: "network", title: "Network" },
  { layer: "resource", title: "Resources" },
  { layer: "provider", title: "Provider" },
];

type Row = {
  readonly layer: Layer;
  readonly name: string;
  readonly nats: number | null;
  readonly says: readonly string[];
};

/** The evidence of each layer, users first: now, usual and elsewhere, its weight, and the mark of the likely cause. */
export function evidenceLines(verdict: Verdict, world: World, around: Around | null): Line[] {
  const layerOf = layersOf(world);
  const evidence = verdict.because.filter((each) => !isAboutScope(each)).map((each) => evidenceRow(each, layerOf));
  const rows = [...evidence, ...causesWithoutEvidence(verdict.causes, evidence), ...aboveAll(verdict, world, around)];
  const known = new Set(evidence.map(({ name }) => name));
  const asUsual = (around?.detail.own?.rates ?? []).filter(({ service }) => !known.has(service));
  return LAYERS.flatMap(({ layer, title }) => {
    const own = rows.filter((row) => row.layer === layer);
    const calm = asUsual.filter(({ service }) => layerOf(service) === layer);
    // Nothing is measured of most networks: its absence says nothing.
    if (layer === "network" && own.length === 0) return [];
    return [
      toned("strong", title),
      ...rowLines(own, verdict.causes).map(indented),
      ...(calm.length === 0 ? [] : [indented(toned("quiet", calmWords(calm, { only: own.length === 0 })))]),
      ...(own.length + calm.length === 0 ? [indented(toned("quiet", "nothing unusual"))] : []),
    ];
  });
}

/** Sentences about where the trouble belongs, or what was set aside, not about a service: they stand with the verdict. */
export const isAboutScope = ({ nats, signal }: Because): boolean =>
  nats === 0 && (signal === "scope" || signal === "silence" || signal === "set-aside");

const FROM_USERS = /@users$/;

function layersOf(world: World): (service: string) => Layer {
  const { services } = world.estate;
  return (service) => {
    if (FROM_USERS.test(service)) return "journey";
    if (service === "edge") return "edge";
    return Object.hasOwn(services, service) ? services[service]!.layer : "service";
  };
}

function evidenceRow({ service, signal, nats, says }: Because, layerOf: (service: string) => Layer): Row {
  const name = service.replace(FROM_USERS, ", as users tell");
  const isRate = signal === "requests" || signal === "latency";
  // A sentence tells now, then the usual, then elsewhere: under each other they compare at a glance.
  return { layer: layerOf(service), name: isRate ? name : `${name} ${signal}`, nats, says: says.split("; ") };
}

function causesWithoutEvidence(causes: readonly Cause[], evidence: readonly Row[]): Row[] {
  return causes
    .filter(({ name, layer }) => !evidence.some((row) => row.name === name && row.layer === layer))
    .map(({ name, layer }) => ({ layer, name, nats: null, says: ["those that share it are unwell"] }));
}

/** Users above and the provider below are not services: what is known of them comes from the verdicts. */
function aboveAll(verdict: Verdict, world: World, around: Around | null): Row[] {
  const { usersHurt } = verdict.impact;
  const users: Row[] =
    usersHurt > 0
      ? [
          {
            layer: "journey",
            name: "users",
            nats: null,
            says: [`${percent(usersHurt)} of requests are hurt beyond the usual`],
          },
        ]
      : [];
  const sick = new Set(verdict.causes.map(({ name }) => name));
  const journeys = Object.entries(world.estate.journeys)
    .filter(([, { needs }]) => reaches(needs, sick, world))
    .map(([name]) => name);
  return [
    ...users,
    ...(journeys.length === 0
      ? []
      : [
          {
            layer: "journey" as const,
            name: journeys.join(", "),
            nats: null,
            says: [`can't do without ${[...sick].join(", ")}`],
          },
        ]),
    ...(around === null ? [] : providerRow(verdict.location, world, around.view)),
  ];
}

/** Whether any of these, or what they call, is among the sick. */
function reaches(needs: readonly string[], sick: ReadonlySet<string>, world: World): boolean {
  const { services } = world.estate;
  const seen = new Set(needs);
  for (const name of seen) {
    if (sick.has(name)) return true;
    for (const callee of Object.hasOwn(services, name) ? services[name]!.dependsOn : []) seen.add(callee);
  }
  return false;
}

function providerRow(location: string, { estate }: World, view: ControlView): Row[] {
  const provider = estate.locations.find(({ name }) => name === location)?.provider;
  if (provider === undefined) return [];
  const unwell = new Set(view.locations.filter(({ verdict }) => verdict.verdict !== "healthy").map(({ name }) => name));
  const count = (places: readonly { readonly name: string }[]): string =>
    `${places.filter(({ name }) => unwell.has(name)).length} of ${places.length}`;
  const same = estate.locations.filter((each) => each.provider === provider);
  const others = estate.locations.filter((each) => each.provider !== provider);
  const elsewhere = others.length === 0 ? [] : [`${count(others)} elsewhere`];
  return [
    {
      layer: "provider",
      name: provider,
      nats: null,
      says: [`${count(same)} of its locations are unwell`, ...elsewhere],
    },
  ];
}

function rowLines(rows: readonly Row[], causes: readonly Cause[]): Line[] {
  const said = Math.max(0, ...rows.map(({ says }) => says.length));
  const lines = columnLines<Row>(
    [
      { title: "", align: "left", spare: 0, cell: ({ name }) => name },
      { title: "", align: "right", spare: 0, cell: ({ nats }) => (nats === null ? "" : `${nats.toFixed(1)} nats`) },
      ...Array.from({ length: said }, (_, index) => ({
        title: "",
        align: "left" as const,
        spare: 0,
        cell: ({ says }: Row) => says[index] ?? "",
      })),
      { title: "", align: "left", spare: 0, cell: (row) => causeMark(row, causes) },
    ],
    rows,
    Infinity,
  );
  return lines.slice(1);
}

function causeMark({ name, layer }: Row, causes: readonly Cause[]): Part {
  const index = causes.findIndex((cause) => cause.name === name && cause.layer === layer);
  const cause = causes[index];
  if (cause === undefined) return "";
  const mark = `<- ${index === 0 ? "likely cause" : "perhaps"}, ${percent(cause.share)} of the evidence`;
  return index === 0 ? toned("bad", mark) : mark;
}

const CALM_SHOWN_MAX = 6;

function calmWords(rates: readonly ServiceRate[], { only }: { readonly only: boolean }): string {
  const shown = rates.slice(0, CALM_SHOWN_MAX).map(({ service, bad, total, logMs }) => {
    const ms = logMs === null ? "" : `, ${Math.exp(logMs).toFixed(0)} ms`;
    return `${service} (${bad} of ${total} fail${ms})`;
  });
  const more = rates.length > shown.length ? ` and ${rates.length - shown.length} more` : "";
  return `${only ? "as usual" : "others as usual"}: ${shown.join(", ")}${more}`;
}

const indented = (line: Line): Line => ["  ", ...(typeof line === "string" || "text" in line ? [line] : line)];
