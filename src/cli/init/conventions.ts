/**
 * How requests are counted by what people run: the counter, what tells a failed one, and the histogram beside it. Names and labels are those of
 * each exporter's own documentation.
 */
export type Convention = {
  /** Who counts so. */
  readonly of: string;
  /** A counter of answered requests. */
  readonly counter: string;
  /** Which label tells how it was answered, the likelier first. */
  readonly status: readonly string[];
  /** Cumulative, in seconds; null: it has none that is. */
  readonly seconds: string | null;
  /** Which label names the service, the likelier first; what most have comes after. */
  readonly service: readonly string[];
  /** What must stand in each selector: where a request is counted at both of its ends. */
  readonly only: string | null;
};

const STATUS = ["code", "status", "status_code", "http_status", "http_status_code", "response_code"] as const;

export const CONVENTIONS: readonly Convention[] = [
  {
    of: "Istio",
    counter: "istio_requests_total",
    status: ["response_code"],
    // Its histogram is in milliseconds, and PromQL can't divide `le`.
    seconds: null,
    service: ["destination_canonical_service", "destination_workload", "destination_app"],
    only: 'reporter="destination"',
  },
  {
    of: "OpenTelemetry",
    counter: "http_server_request_duration_seconds_count",
    status: ["http_response_status_code"],
    seconds: "http_server_request_duration_seconds_bucket",
    service: ["service_name"],
    only: null,
  },
  {
    of: "many an application",
    counter: "http_requests_total",
    status: STATUS,
    seconds: "http_request_duration_seconds_bucket",
    service: [],
    only: null,
  },
  {
    of: "many an application's histogram",
    counter: "http_request_duration_seconds_count",
    status: STATUS,
    seconds: "http_request_duration_seconds_bucket",
    service: [],
    only: null,
  },
  {
    of: "Micrometer",
    counter: "http_server_requests_seconds_count",
    status: ["status"],
    seconds: "http_server_requests_seconds_bucket",
    service: ["application"],
    only: null,
  },
  {
    of: "Traefik",
    counter: "traefik_service_requests_total",
    status: ["code"],
    seconds: "traefik_service_request_duration_seconds_bucket",
    service: ["exported_service", "service"],
    only: null,
  },
  {
    of: "ingress-nginx",
    counter: "nginx_ingress_controller_requests",
    status: ["status"],
    seconds: "nginx_ingress_controller_request_duration_seconds_bucket",
    service: ["exported_service", "service", "ingress"],
    only: null,
  },
  {
    of: "Envoy",
    counter: "envoy_cluster_upstream_rq_xx",
    status: ["envoy_response_code_class"],
    seconds: null,
    service: ["envoy_cluster_name"],
    only: null,
  },
  {
    of: "HAProxy",
    counter: "haproxy_backend_http_responses_total",
    status: ["code"],
    seconds: null,
    service: ["proxy", "backend"],
    only: null,
  },
];

/** Labels that say where, the likelier first. An availability zone is a part of a location: last. */
export const LOCATION_LABELS: readonly string[] = [
  "region",
  "location",
  "cloud_region",
  "datacenter",
  "data_center",
  "dc",
  "site",
  "cluster",
  "k8s_cluster_name",
  "cluster_name",
  "zone",
  "availability_zone",
  "az",
];

/** Labels that say who, where a convention has none of its own. */
export const SERVICE_LABELS: readonly string[] = [
  "service",
  "app",
  "service_name",
  "app_kubernetes_io_name",
  "application",
  "job",
];
