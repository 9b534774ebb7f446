import { describe, expect, test } from "vitest";
import { madeLargeEstate, madeShop, madeVerdict } from "../../made-data/stack.ts";
import { chooseNodes, SHOWN_MAX } from "./stack-choice.ts";
import { edgeKey, stackEvidence, withoutOldEvidence } from "./stack-evidence.ts";
import { nodeIdOf, stackGraph } from "./stack-graph.ts";
import { layoutStack, neighbourOf, restId } from "./stack-layout.ts";
import { verdictSentence } from "./stack-words.ts";

const shop = stackGraph({ estate: madeShop, provider: "aws", causes: madeVerdict.causes });
const calm = { evidenceNats: 0, causes: [], because: [] };

describe("the graph of a location", () => {
  test("a journey is joined to what it needs first, not to what it needs through that", () => {
    expect(shop.callees.get("journey:buy")).toEqual(["service:edge"]);
    expect(shop.callers.get("service:payment")).toEqual(["service:checkout"]);
  });

  test("resources stand on their provider", () => {
    expect(shop.callees.get("service:dynamodb")).toEqual(["provider:aws"]);
    expect(shop.nodes.get("provider:aws")).toEqual({ id: "provider:aws", name: "aws", layer: "provider" });
  });

  test("an edge that the estate does not name still stands between journeys and a verdict about it", () => {
    const estate = {
      services: { web: { layer: "service", dependsOn: [] } },
      journeys: { browse: { needs: ["web"] } },
    } as const;
    const graph = stackGraph({ estate, provider: null, causes: [{ layer: "edge", name: "edge", share: 1 }] });
    expect(graph.callees.get("journey:browse")).toEqual(["service:web", "service:edge"]);
  });

  test("a sick network stands between journeys and the edge", () => {
    const graph = stackGraph({
      estate: madeShop,
      provider: "aws",
      causes: [{ layer: "network", name: "de", share: 0.9 }],
    });
    expect(graph.callers.get("network:de")).toHaveLength(4);
    expect(graph.callees.get("network:de")).toEqual(["service:edge"]);
  });

  test("services that name themselves, strangers or each other in a circle do no harm", () => {
    const estate = {
      services: {
        a: { layer: "service", dependsOn: ["a", "b", "nobody", "b"] },
        b: { layer: "service", dependsOn: ["a"] },
        __proto__x: { layer: "service", dependsOn: [] },
      },
      journeys: { use: { needs: ["a", "b"] } },
    } as const;
    const graph = stackGraph({ estate, provider: null, causes: [] });
    expect(graph.callees.get("service:a")).toEqual(["service:b"]);
    const { boxes } = layoutStack({ graph, shown: [...graph.nodes.keys()], rest: [], width: 400, top: 0 });
    expect(boxes.size).toBe(4);
  });

  test("users' beacons about a service belong to that service", () => {
    expect(nodeIdOf(shop, { name: "edge@users" })).toBe("service:edge");
    expect(nodeIdOf(shop, { name: "buy", layer: "journey" })).toBe("journey:buy");
    expect(nodeIdOf(shop, { name: "buy" })).toBeUndefined();
  });
});

describe("evidence flows up", () => {
  const evidence = stackEvidence(shop, madeVerdict);

  test("from the cause through those who suffer to every journey that needs them", () => {
    expect(evidence.nodes.get("service:dynamodb")).toMatchObject({ nats: 20.6, causeShare: 0.81, isLikelyCause: true });
    expect(evidence.edges.get(edgeKey("service:cart", "service:session"))).toEqual({ kind: "shared", nats: 11.9 });
    expect(evidence.edges.get(edgeKey("service:session", "service:dynamodb"))).toEqual({ kind: "shared", nats: 11.9 });
    expect(Object.fromEntries(evidence.journeys)).toEqual({
      "journey:browse": 8.4,
      "journey:buy": 8.4,
      "journey:fill": 8.4,
      "journey:follow": 8.4,
    });
  });

  test("who needs the ill part and does not suffer lies on the way and carries nothing", () => {
    expect(evidence.edges.get(edgeKey("service:orders", "service:dynamodb"))).toEqual({ kind: "way", nats: 0 });
    expect(evidence.edges.get(edgeKey("service:search", "service:disk"))).toBeUndefined();
  });

  test("a journey that needs the ill part by a way that does not suffer is told from one that is hurt", () => {
    const services = {
      cart: { layer: "service", dependsOn: ["dynamodb"] },
      catalog: { layer: "service", dependsOn: ["dynamodb"] },
      dynamodb: { layer: "resource", dependsOn: [] },
    } as const;
    const journeys = { browse: { needs: ["catalog"] }, fill: { needs: ["cart"] } };
    const graph = stackGraph({ estate: { services, journeys }, provider: null, causes: [] });
    const cart = { service: "cart", signal: "requests", nats: 12, says: "5 % of requests fail" };
    const told = stackEvidence(graph, {
      evidenceNats: 20,
      causes: [{ layer: "resource", name: "dynamodb", share: 0.9 }],
      because: [cart],
    });
    expect(Object.fromEntries(told.journeys)).toEqual({ "journey:browse": 0, "journey:fill": 12 });
  });

  test("a cause whose callers are silent is carried to the journeys by the shortest way", () => {
    const alone = stackEvidence(shop, {
      evidenceNats: 20,
      causes: [{ layer: "resource", name: "queue", share: 1 }],
      because: [],
    });
    expect(alone.edges.get(edgeKey("service:email", "service:queue"))).toEqual({ kind: "carried", nats: 20 });
    expect(alone.journeys.get("journey:follow")).toBe(20);
  });

  test("sentences about the place are remarks, not evidence against a service", () => {
    const says = "checkout 4 arrived here 3 min ago";
    const told = stackEvidence(shop, { ...calm, because: [{ service: "edge", signal: "scope", nats: 0, says }] });
    expect(told.remarks).toEqual([says]);
    expect(told.nodes.size).toBe(0);
  });

  test("what a silent node said last is no evidence any more; why it is silent is still said", () => {
    const silence = { service: "edge", signal: "scope", nats: 0, says: "its node has been silent for 40 s" };
    const silent = {
      ...madeVerdict,
      scope: "watcher",
      evidenceNats: 0,
      because: [silence, ...madeVerdict.because],
    } as const;
    expect(withoutOldEvidence(silent).because).toEqual([silence]);
    expect(withoutOldEvidence(madeVerdict)).toBe(madeVerdict);
    expect(verdictSentence(silent)).toBe("The node of us-east-1 is silent: what happens inside is not known now.");
  });

  test("a calm place has neither evidence nor anybody hurt", () => {
    const { nodes, edges, journeys } = stackEvidence(shop, calm);
    expect([nodes.size, edges.size, journeys.size]).toEqual([0, 0, 0]);
  });
});

describe("of 2,000 services", () => {
  const estate = madeLargeEstate(2000);
  const graph = stackGraph({ estate, provider: "aws", causes: [] });
  const verdict = {
    evidenceNats: 22,
    causes: [{ layer: "resource", name: "dynamodb", share: 0.9 }],
    because: [{ service: "tier4-service-3", signal: "requests", nats: 12, says: "5 % of requests fail" }],
  } as const;
  const evidence = stackEvidence(graph, verdict);

  test("those with evidence, on the way to who is hurt, and who is hurt are drawn; the rest is counted", () => {
    const { shown, rest } = chooseNodes({ graph, evidence, rates: new Map() });
    expect(shown.length).toBeLessThanOrEqual(SHOWN_MAX);
    expect(shown).toEqual(
      expect.arrayContaining(["service:dynamodb", "service:tier4-service-3", "service:edge", "provider:aws"]),
    );
    expect(shown.filter((id) => id.startsWith("journey:")).length).toBeGreaterThan(0);
    const counted = rest.reduce((sum, { names }) => sum + names.length, 0);
    expect(counted + shown.length).toBe(graph.nodes.size);
  });

  test("what a person looks for is drawn, whatever else there is", () => {
    const wanted = ["service:tier2-service-123"];
    expect(chooseNodes({ graph, evidence, rates: new Map(), wanted }).shown).toContain(wanted[0]);
  });

  test("in a calm place the worst and the busiest are drawn", () => {
    const rates = new Map(
      Array.from({ length: 60 }, (_, index) => {
        const service = `tier1-service-${index + 1}`;
        return [`service:${service}`, { service, total: 100 + index, bad: index === 7 ? 9 : 0, logMs: null }] as const;
      }),
    );
    const { shown } = chooseNodes({ graph, evidence: stackEvidence(graph, calm), rates });
    expect(shown).toContain("service:tier1-service-8");
    expect(shown).toContain("service:tier1-service-60");
    expect(shown).not.toContain("service:tier1-service-1");
  });
});

describe("the layout", () => {
  const shown = [...shop.nodes.keys()];

  test.each([1200, 760, 330])("at %i px nothing overlaps and nothing is outside", (width) => {
    const { boxes, height } = layoutStack({ graph: shop, shown, rest: ["service"], width, top: 60 });
    expect(boxes.size).toBe(shown.length + 1);
    const all = [...boxes.values()];
    for (const box of all) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y).toBeGreaterThanOrEqual(60);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    const overlaps = all.filter((one) =>
      all.some(
        (other) =>
          one !== other &&
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      ),
    );
    expect(overlaps).toEqual([]);
  });

  test("whoever needs something stands above it", () => {
    const { boxes } = layoutStack({ graph: shop, shown, rest: [], width: 1200, top: 0 });
    const upsideDown = [...shop.callees].flatMap(([caller, callees]) =>
      callees.filter((callee) => boxes.get(callee)!.y <= boxes.get(caller)!.y).map((callee) => `${caller} ${callee}`),
    );
    expect(upsideDown).toEqual([]);
  });

  test("arrow keys lead along a row and to the nearest of the next", () => {
    const layout = layoutStack({ graph: shop, shown, rest: ["resource"], width: 1200, top: 0 });
    const first = layout.rows[0]!.ids[0]!;
    expect(neighbourOf(layout, first, "ArrowRight")).toBe(layout.rows[0]!.ids[1]);
    expect(neighbourOf(layout, first, "ArrowLeft")).toBe(first);
    expect(neighbourOf(layout, first, "ArrowDown")).toBe("service:edge");
    expect(layout.boxes.has(restId("resource"))).toBe(true);
  });
});
