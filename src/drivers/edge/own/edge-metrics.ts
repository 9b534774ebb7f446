import type { EdgeStatus } from "./application-edge.ts";

/** An edge's status as Prometheus reads it. */
export function edgeMetrics({ requests, refused, events, pinned, tableVersion }: EdgeStatus): string {
  const lines = [
    "# TYPE rp_edge_table_version gauge",
    `rp_edge_table_version ${tableVersion ?? 0}`,
    ...counted("rp_edge_requests_total", "how", requests),
    ...counted("rp_edge_refused_total", "kind", refused),
    ...counted("rp_edge_events_total", "what", events),
    "# HELP rp_edge_pinned Connections that stay though their users belong elsewhere.",
    "# TYPE rp_edge_pinned gauge",
    ...pinned.map(
      (each) =>
        `rp_edge_pinned{network="${each.network}",class="${each.class}",zone="${each.zone}"} ${each.connections}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

const counted = (name: string, label: string, values: Readonly<Record<string, number>>): readonly string[] => [
  `# TYPE ${name} counter`,
  ...Object.entries(values).map(([value, count]) => `${name}{${label}="${value}"} ${count}`),
];
