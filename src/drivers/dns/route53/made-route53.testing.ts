import type { ReceivedRequest, ReceiverAnswer } from "../../made-receiver.testing.ts";
import { madeProvider, type MadeProvider } from "../made-provider.testing.ts";
import { childOf, element, escaped, readXml, textOf, type Xml } from "./made-xml.testing.ts";

/**
 * Amazon Route 53 with one account, as its API reference (version 2013-04-01) says: XML in and out, Signature Version 4, batches
 * that are done as a whole or not at all, changes that are pending before they are in sync. Each request that is not as the
 * reference wants it is answered as Route 53 would, and kept in `wrong`.
 */
export type MadeRoute53 = MadeProvider & {
  readonly wrong: readonly string[];
  /** Changes made since the start. */
  readonly serial: () => number;
  /** So many more questions about a change are answered PENDING. */
  readonly pendingFor: (questions: number) => void;
  /** Somebody else's plain record, in place of all that stands there by that name and type. */
  readonly setByHand: (name: string, type: string, value: string) => void;
  /** In place of all that stands there by that name and type. */
  readonly putBack: (sets: readonly HeldSet[]) => void;
  /** All sets of a name and type as they are held. */
  readonly held: (name: string, type: string) => readonly HeldSet[];
  /** Health checks that there are, by id. */
  readonly checks: ReadonlyMap<string, HeldHealthCheck>;
  /** All checkers of endpoints look once more; they look first when a check is made. */
  checkersLook(): Promise<void>;
  /** What users in all the world may be answered with, aliases followed and who is unwell left out, by country. */
  readonly reached: (name: string, type: string, country?: string) => readonly string[];
};

export type HeldSet = {
  readonly name: string;
  readonly type: string;
  readonly id: string | undefined;
  readonly ttl: number | undefined;
  readonly weight: number | undefined;
  readonly country: string | undefined;
  readonly values: readonly string[];
  readonly alias: string | undefined;
  readonly failover: string | undefined;
  readonly check: string | undefined;
};

export type HeldHealthCheck = {
  readonly reference: string;
  /** As it was sent, a list for each field. */
  readonly config: Readonly<Record<string, readonly string[]>>;
  readonly xml: string;
  /** What its checkers saw last, `Success: HTTP Status Code 200, OK`; null: nothing yet. */
  status: string | null;
};

const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";
const PATH = "/2013-04-01";

export async function madeRoute53(options: {
  readonly accessKeyId: string;
  /** Hosted zones by ID. */
  readonly zones: Readonly<Record<string, string>>;
  readonly limit?: { readonly burst: number; readonly perSecond: number };
}): Promise<MadeRoute53> {
  const wrong: string[] = [];
  const held = new Map<string, HeldSet[]>(Object.keys(options.zones).map((id) => [id, []]));
  const checks = new Map<string, HeldHealthCheck>();
  /** No reference is ever taken twice, not even a deleted one's. */
  const references = new Set<string>();
  let changes = 0;
  let pendingQuestions = 0;

  const answer = (request: ReceivedRequest): ReceiverAnswer => {
    const key =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/us-east-1\/route53\/aws4_request, SignedHeaders=[^,]*host[^,]*, Signature=[0-9a-f]{64}$/.exec(
        request.headers.authorization ?? "",
      )?.[1];
    if (key === undefined) wrong.push(`signed ${request.headers.authorization}`);
    if (key !== options.accessKeyId)
      return errorOf(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    const { pathname, searchParams } = new URL(request.path, "http://route53");
    const [what, id = "", more] = pathname.slice(PATH.length + 1).split("/");
    const route = `${request.method} ${what} ${more ?? ""}`.trim();
    if (!pathname.startsWith(`${PATH}/`)) return unknown(request);
    switch (route) {
      case "GET hostedzonesbyname":
        return byName(searchParams.get("dnsname") ?? "");
      case "GET hostedzone":
        return options.zones[id] === undefined ? noZone(id) : xml("GetHostedZone", zoneXml(id));
      case "GET hostedzone rrset":
        return options.zones[id] === undefined ? noZone(id) : list(id, searchParams);
      case "POST hostedzone rrset":
        return options.zones[id] === undefined ? noZone(id) : change(id, request);
      case "POST healthcheck":
        return createCheck(request);
      case "GET healthcheck":
        return id === "" ? listChecks(searchParams) : unknown(request);
      case "GET healthcheck status":
        return checkStatus(id);
      case "DELETE healthcheck":
        return checks.delete(id) ? xml("DeleteHealthCheck", "") : noCheck(id);
      case "GET change":
        return xml("GetChange", changeXml(pendingQuestions-- > 0 ? "PENDING" : "INSYNC"));
    }
    return unknown(request);
  };

  const unknown = (request: ReceivedRequest): ReceiverAnswer => {
    wrong.push(`${request.method} ${request.path}`);
    return errorOf(400, "InvalidInput", "The request is not one that this server knows.");
  };

  const createCheck = ({ body, headers }: ReceivedRequest): ReceiverAnswer => {
    const { root, namespace } = readXml(body);
    const reference = textOf(root, "CallerReference") ?? "";
    const given = childOf(root, "HealthCheckConfig");
    const problem = given === undefined ? "no config" : checkProblem(given, [...checks.keys()]);
    if (
      root.name !== "CreateHealthCheckRequest" ||
      namespace !== NAMESPACE ||
      !/xml/.test(headers["content-type"] ?? "") ||
      !/^.{1,64}$/.test(reference) ||
      problem !== null
    )
      wrong.push(`${problem ?? "health check"}: ${body}`);
    if (references.has(reference)) return errorOf(409, "HealthCheckAlreadyExists", "The health check already exists.");
    if (problem !== null) return errorOf(400, "InvalidInput", problem);
    references.add(reference);
    const config: Record<string, string[]> = {};
    for (const { name, text, children } of given!.children)
      config[name] = children.length > 0 ? children.map((each) => each.text) : [text];
    const id = `${"0".repeat(8)}-0000-0000-0000-${String(references.size).padStart(12, "0")}`;
    const xmlOf = given!.children.map(asXml).join("");
    checks.set(id, { reference, config, xml: xmlOf, status: null });
    void look(id);
    const answered = xml("CreateHealthCheck", checkXml(id));
    return { ...answered, status: 201, headers: { ...answered.headers, location: `${PATH}/healthcheck/${id}` } };
  };

  const checkXml = (id: string): string => {
    const { reference, xml: config } = checks.get(id)!;
    return element(
      "HealthCheck",
      `${element("Id", id)}${element("CallerReference", reference)}${element("HealthCheckConfig", config)}<HealthCheckVersion>1</HealthCheckVersion>`,
    );
  };

  const listChecks = (asked: URLSearchParams): ReceiverAnswer => {
    const most = Number(asked.get("maxitems") ?? 100);
    if (!(most >= 1 && most <= 1000)) wrong.push(`maxitems ${most}`);
    const ids = [...checks.keys()].toSorted();
    const rest = ids.filter((id) => id >= (asked.get("marker") ?? ""));
    const next = rest[most];
    return xml(
      "ListHealthChecks",
      `<HealthChecks>${rest.slice(0, most).map(checkXml).join("")}</HealthChecks><Marker>${asked.get("marker") ?? ""}</Marker><IsTruncated>${next !== undefined}</IsTruncated>${next === undefined ? "" : element("NextMarker", next)}<MaxItems>${most}</MaxItems>`,
    );
  };

  const checkStatus = (id: string): ReceiverAnswer => {
    const check = checks.get(id);
    if (check === undefined) return noCheck(id);
    if (check.config["Type"]?.[0] === "CALCULATED") return errorOf(400, "InvalidInput", "not for calculated ones");
    const report = `<StatusReport>${element("Status", check.status ?? "")}<CheckedTime>2026-11-30T00:00:00.000Z</CheckedTime></StatusReport>`;
    const observation = `<HealthCheckObservation><Region>us-west-1</Region><IPAddress>192.0.2.200</IPAddress>${report}</HealthCheckObservation>`;
    return xml(
      "GetHealthCheckStatus",
      `<HealthCheckObservations>${check.status === null ? "" : observation}</HealthCheckObservations>`,
    );
  };

  const look = async (id: string): Promise<void> => {
    const check = checks.get(id);
    const [type, host, port, path] = ["Type", "IPAddress", "Port", "ResourcePath"].map(
      (key) => check?.config[key]?.[0],
    );
    if (check === undefined || type === "CALCULATED") return;
    // A connection that was kept from before a restart is none of a checker's.
    const ask = (): Promise<Response> => fetch(`http://${host}:${port}${path}`);
    check.status = await ask()
      .catch(ask)
      .then(
        ({ status, statusText, ok }) => `${ok ? "Success" : "Failure"}: HTTP Status Code ${status}, ${statusText}`,
        () => "Failure: Connection refused.",
      );
  };

  /** A new check counts as well until it is known, and one that is inverted as unwell. */
  const isWell = (id: string): boolean => {
    const { config, status } = checks.get(id)!;
    const children = (config["ChildHealthChecks"] ?? []).filter(isWell);
    const own =
      config["Type"]?.[0] === "CALCULATED"
        ? children.length >= Number(config["HealthThreshold"]?.[0])
        : status === null || status.startsWith("Success");
    return own !== (config["Inverted"]?.[0] === "true");
  };

  const zoneXml = (id: string): string =>
    element(
      "HostedZone",
      `<Id>/hostedzone/${id}</Id><Name>${options.zones[id]}.</Name><CallerReference>made</CallerReference><Config><PrivateZone>false</PrivateZone></Config><ResourceRecordSetCount>${held.get(id)!.length}</ResourceRecordSetCount>`,
    );

  /** Those from a name on, as the API does: a name that is not there gives its neighbours. */
  const byName = (name: string): ReceiverAnswer => {
    const found = Object.keys(options.zones)
      .filter((id) => sortKey(options.zones[id]!) >= sortKey(name))
      .toSorted((a, b) => (sortKey(options.zones[a]!) < sortKey(options.zones[b]!) ? -1 : 1));
    const more = "<IsTruncated>false</IsTruncated><MaxItems>10</MaxItems>";
    return xml("ListHostedZonesByName", `<HostedZones>${found.map(zoneXml).join("")}</HostedZones>${more}`);
  };

  const list = (zone: string, asked: URLSearchParams): ReceiverAnswer => {
    const most = Number(asked.get("maxitems") ?? 300);
    if (!(most >= 1 && most <= 300)) wrong.push(`maxitems ${most}`);
    const from = [sortKey(asked.get("name") ?? ""), asked.get("type") ?? "", asked.get("identifier") ?? ""];
    const sorted = held.get(zone)!.toSorted((a, b) => compare(orderOf(a), orderOf(b)));
    const rest = sorted.filter((each) => compare(orderOf(each), from) >= 0);
    const page = rest.slice(0, most);
    const next = rest[most];
    const after =
      next === undefined
        ? "<IsTruncated>false</IsTruncated>"
        : `<IsTruncated>true</IsTruncated><NextRecordName>${written(next.name)}</NextRecordName><NextRecordType>${next.type}</NextRecordType>${next.id === undefined ? "" : element("NextRecordIdentifier", next.id)}`;
    return xml(
      "ListResourceRecordSets",
      `<ResourceRecordSets>${page.map((set) => setXml(set, zone)).join("")}</ResourceRecordSets>${after}<MaxItems>${most}</MaxItems>`,
    );
  };

  const change = (zone: string, { body, headers }: ReceivedRequest): ReceiverAnswer => {
    const { root, namespace } = readXml(body);
    if (
      root.name !== "ChangeResourceRecordSetsRequest" ||
      namespace !== NAMESPACE ||
      !/xml/.test(headers["content-type"] ?? "")
    )
      wrong.push(body.slice(0, 200));
    const batch = childOf(childOf(root, "ChangeBatch")!, "Changes")!.children;
    const working = [...held.get(zone)!];
    const records = batch.flatMap(
      (each) => childOf(childOf(each, "ResourceRecordSet")!, "ResourceRecords")?.children ?? [],
    );
    const chars = records.reduce((sum, each) => sum + (textOf(each, "Value") ?? "").length, 0);
    if (batch.length === 0 || records.length > 1000 || chars > 32_000)
      return invalid("the batch has no change, or too much");
    for (const each of batch) {
      const problem = applied(working, {
        action: textOf(each, "Action") ?? "",
        set: childOf(each, "ResourceRecordSet")!,
        zone,
      });
      if (problem !== null) return invalid(problem);
    }
    const dangling = working.find(
      ({ alias, type }) => alias !== undefined && !working.some((each) => each.name === alias && each.type === type),
    );
    if (dangling !== undefined)
      return invalid(
        `Tried to create an alias that targets ${dangling.alias}., type ${dangling.type} in zone ${zone}, but the alias target name was not found`,
      );
    held.set(zone, working);
    changes += 1;
    return xml("ChangeResourceRecordSets", changeXml("PENDING"));
  };

  const applied = (
    working: HeldSet[],
    { action, set, zone }: { action: string; set: Xml; zone: string },
  ): string | null => {
    const wanted = setOf(set, zone, wrong);
    const label = `resource record set [name='${wanted.name}.', type='${wanted.type}']`;
    if (wanted.name !== options.zones[zone] && !wanted.name.endsWith(`.${options.zones[zone]}`))
      return `RRSet with DNS name ${wanted.name}. is not permitted in zone ${options.zones[zone]}.`;
    const alike = working.filter(({ name, type }) => name === wanted.name && type === wanted.type);
    const same = alike.find(({ id }) => id === wanted.id);
    if (action === "DELETE") {
      if (same === undefined) return `Tried to delete ${label} but it was not found`;
      if (JSON.stringify(same) !== JSON.stringify(wanted))
        return `Tried to delete ${label} but the values provided do not match the current values`;
      working.splice(working.indexOf(same), 1);
      return null;
    }
    if (action !== "CREATE") {
      wrong.push(`action ${action}`);
      return `unknown action ${action}`;
    }
    if (wanted.check !== undefined && !checks.has(wanted.check))
      return `No health check exists with the ID ${wanted.check}`;
    if (same !== undefined) return `Tried to create ${label} but it already exists`;
    if (alike.some((each) => policyOf(each) !== policyOf(wanted)))
      return `RRSet with DNS name ${wanted.name}., type ${wanted.type} cannot be created because one of another policy with the same name and type already exists`;
    const others = working.filter(({ name, type }) => name === wanted.name && type !== wanted.type);
    if (others.some(({ type }) => type === "CNAME") || (wanted.type === "CNAME" && others.length > 0))
      return `RRSet of type ${wanted.type} with DNS name ${wanted.name}. is not permitted as it conflicts with other records with the same DNS name`;
    working.push(wanted);
    return null;
  };

  const zoneOf = (name: string): string =>
    Object.keys(options.zones).find((id) => name === options.zones[id] || name.endsWith(`.${options.zones[id]}`))!;
  const heldAt = (name: string, type: string): readonly HeldSet[] =>
    held.get(zoneOf(name))!.filter((each) => each.name === name && each.type === type);
  const reached = (name: string, type: string, country?: string): readonly string[] => {
    const weighty = heldAt(name, type).filter(({ weight }) => weight !== 0);
    const well = weighty.filter(({ check }) => check === undefined || isWell(check));
    const first = well.filter(({ failover }) => failover === "PRIMARY");
    // Where none is well all count as well.
    const all = first.length > 0 ? first : well.length > 0 ? well : weighty;
    const own = all.filter((each) => each.country === country);
    const told =
      country === undefined
        ? all
        : own.length > 0
          ? own
          : all.filter((each) => each.country === undefined || each.country === "*");
    return [
      ...new Set(told.flatMap(({ alias, values }) => (alias === undefined ? values : reached(alias, type, country)))),
    ].toSorted();
  };

  const provider = await madeProvider({
    answer,
    isWrite: ({ method }) => method === "POST",
    ...(options.limit !== undefined && { limit: options.limit }),
    throttled: () => errorOf(400, "Throttling", "Rate exceeded"),
  });
  return {
    ...provider,
    wrong,
    serial: () => changes,
    pendingFor: (questions) => void (pendingQuestions = questions),
    held: heldAt,
    checks,
    async checkersLook() {
      await Promise.all([...checks.keys()].map(look));
    },
    reached,
    putBack(sets) {
      const [{ name, type } = { name: "", type: "" }] = sets;
      const zone = zoneOf(name);
      const others = held.get(zone)!.filter((each) => each.name !== name || each.type !== type);
      held.set(zone, [...others, ...sets]);
    },
    setByHand(name, type, value) {
      const zone = zoneOf(name);
      const others = held.get(zone)!.filter((each) => each.name !== name || each.type !== type);
      const values = [type === "TXT" ? `"${value}"` : value];
      held.set(zone, [...others, { ...NOTHING, name, type, ttl: 60, values }]);
      changes += 1;
    },
  };
}

const NOTHING = {
  id: undefined,
  weight: undefined,
  country: undefined,
  alias: undefined,
  failover: undefined,
  check: undefined,
};

const asXml = ({ name, text, children }: Xml): string =>
  element(name, children.length > 0 ? children.map(asXml).join("") : escaped(text));

/** What the reference does not allow of a health check; null: nothing. */
function checkProblem(config: Xml, known: readonly string[]): string | null {
  const text = (name: string): string | undefined => textOf(config, name);
  const names = config.children.map(({ name }) => name);
  const stranger = names.find((name) => !CHECK_FIELDS.includes(name));
  if (stranger !== undefined) return `${stranger} is no field`;
  if (text("Type") === "CALCULATED") {
    const children = (childOf(config, "ChildHealthChecks")?.children ?? []).map((each) => each.text);
    const threshold = Number(text("HealthThreshold"));
    if (names.some((name) => !["Type", "ChildHealthChecks", "HealthThreshold", "Inverted"].includes(name)))
      return "a calculated check has no endpoint";
    if (children.length === 0 || children.length > 256 || !children.every((id) => known.includes(id)))
      return "children that are no health checks";
    return threshold >= 0 && threshold <= 256 ? null : "HealthThreshold";
  }
  if (text("Type") !== "HTTP" && text("Type") !== "HTTPS") return `Type ${text("Type")}`;
  if ((text("IPAddress") ?? text("FullyQualifiedDomainName")) === undefined) return "an address or a name is needed";
  if (!["10", "30"].includes(text("RequestInterval") ?? "")) return "RequestInterval is 10 or 30";
  const [port, rounds] = [Number(text("Port")), Number(text("FailureThreshold"))];
  if (!(port >= 1 && port <= 65_535) || !(rounds >= 1 && rounds <= 10)) return "Port or FailureThreshold";
  if (!/^\/.{0,254}$/.test(text("ResourcePath") ?? "")) return "ResourcePath";
  return text("EnableSNI") !== undefined && text("Type") !== "HTTPS" ? "EnableSNI is for HTTPS" : null;
}

const CHECK_FIELDS = [
  "Type",
  "IPAddress",
  "FullyQualifiedDomainName",
  "Port",
  "ResourcePath",
  "RequestInterval",
  "FailureThreshold",
  "Inverted",
  "EnableSNI",
  "HealthThreshold",
  "ChildHealthChecks",
];

/** What a request's ResourceRecordSet says; what the reference does not allow goes to `wrong`. */
function setOf(set: Xml, zone: string, wrong: string[]): HeldSet {
  const number = (name: string): number | undefined => {
    const text = textOf(set, name);
    return text === undefined ? undefined : Number(text);
  };
  const alias = childOf(set, "AliasTarget");
  const geo = childOf(set, "GeoLocation");
  const one: HeldSet = {
    name: plain(textOf(set, "Name") ?? ""),
    type: textOf(set, "Type") ?? "",
    id: textOf(set, "SetIdentifier"),
    ttl: number("TTL"),
    weight: number("Weight"),
    country: geo === undefined ? undefined : textOf(geo, "CountryCode"),
    values: (childOf(set, "ResourceRecords")?.children ?? []).map((each) => textOf(each, "Value") ?? "").toSorted(),
    alias: alias === undefined ? undefined : plain(textOf(alias, "DNSName") ?? ""),
    failover: textOf(set, "Failover"),
    check: textOf(set, "HealthCheckId"),
  };
  const policies = [one.weight, one.country, one.failover].filter((policy) => policy !== undefined);
  const isRouted = policies.length > 0;
  const isRight =
    one.name !== "" &&
    ["A", "AAAA", "CNAME", "TXT"].includes(one.type) &&
    isRouted === (one.id !== undefined) &&
    (one.id ?? "x").length <= 128 &&
    policies.length <= 1 &&
    (one.failover === undefined || /^(?:PRIMARY|SECONDARY)$/.test(one.failover)) &&
    (one.check === undefined || isRouted) &&
    (one.weight === undefined || (Number.isInteger(one.weight) && one.weight >= 0 && one.weight <= 255)) &&
    (one.country === undefined || /^(?:[A-Z]{2}|\*)$/.test(one.country)) &&
    (alias === undefined
      ? one.values.length > 0 && one.ttl !== undefined && one.ttl >= 0
      : one.values.length === 0 &&
        one.ttl === undefined &&
        textOf(alias, "HostedZoneId") === zone &&
        /^(?:true|false)$/.test(textOf(alias, "EvaluateTargetHealth") ?? "")) &&
    (one.type !== "TXT" || one.values.every((value) => /^"[^"]{0,255}"(?: "[^"]{0,255}")*$/.test(value)));
  if (!isRight) wrong.push(JSON.stringify(one));
  return one;
}

function setXml(
  { name, type, id, ttl, weight, country, values, alias, failover, check }: HeldSet,
  zone: string,
): string {
  const parts = [
    element("Name", written(name)),
    element("Type", type),
    ...(id === undefined ? [] : [element("SetIdentifier", id)]),
    ...(weight === undefined ? [] : [element("Weight", String(weight))]),
    ...(country === undefined ? [] : [element("GeoLocation", element("CountryCode", country))]),
    ...(failover === undefined ? [] : [element("Failover", failover)]),
    ...(ttl === undefined ? [] : [element("TTL", String(ttl))]),
    ...(alias === undefined
      ? [
          element(
            "ResourceRecords",
            values.map((value) => element("ResourceRecord", element("Value", escaped(value)))).join(""),
          ),
        ]
      : [
          element(
            "AliasTarget",
            `<HostedZoneId>${zone}</HostedZoneId><DNSName>${written(alias)}</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth>`,
          ),
        ]),
    ...(check === undefined ? [] : [element("HealthCheckId", check)]),
  ];
  return element("ResourceRecordSet", parts.join(""));
}

function policyOf({ weight, country, failover }: HeldSet): string {
  if (failover !== undefined) return "failover";
  return weight === undefined ? (country === undefined ? "simple" : "geolocation") : "weighted";
}

/** By labels from the right, as the API sorts: all below a name stands together. */
function sortKey(name: string): string {
  return plain(name).split(".").toReversed().join(".");
}

function orderOf({ name, type, id }: HeldSet): readonly string[] {
  return [sortKey(name), type, id ?? ""];
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((each, index) => each !== b[index]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

const plain = (name: string): string => name.replace(/\.$/, "").replaceAll("\\052", "*").toLowerCase();
const written = (name: string): string => `${name.replaceAll("*", "\\052")}.`;

function changeXml(status: "PENDING" | "INSYNC"): string {
  return element(
    "ChangeInfo",
    `<Id>/change/C1</Id><Status>${status}</Status><SubmittedAt>2026-11-30T00:00:00.000Z</SubmittedAt>`,
  );
}

function noZone(id: string): ReceiverAnswer {
  return errorOf(404, "NoSuchHostedZone", `No hosted zone found with ID: ${id}`);
}

function noCheck(id: string): ReceiverAnswer {
  return errorOf(404, "NoSuchHealthCheck", `A health check with id ${id} does not exist.`);
}

function xml(action: string, content: string): ReceiverAnswer {
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<?xml version="1.0"?>\n<${action}Response xmlns="${NAMESPACE}">${content}</${action}Response>`,
  };
}

function invalid(problem: string): ReceiverAnswer {
  return {
    status: 400,
    headers: { "content-type": "text/xml" },
    body: `<?xml version="1.0"?>\n<InvalidChangeBatch xmlns="${NAMESPACE}"><Messages><Message>${escaped(`[${problem}]`)}</Message></Messages><RequestId>1</RequestId></InvalidChangeBatch>`,
  };
}

function errorOf(status: number, code: string, message: string): ReceiverAnswer {
  return {
    status,
    headers: { "content-type": "text/xml" },
    body: `<?xml version="1.0"?>\n<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}
