import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as fc from "fast-check";
import { lexer, parse, type Token, type Tokens } from "marked";
import { expect, test } from "vitest";
import type { LogStore } from "../../drivers/store/contract.ts";
import { madeEstate } from "../../runtime/made-houston.testing.ts";
import { MADE_START, startMadeApi, type MadeApi } from "../made-api.testing.ts";
import { htmlOf } from "./html.ts";
import type { IncidentReport } from "./incident-report.ts";
import { markdownOf } from "./markdown.ts";
import { reporter } from "./reporter.ts";
import type { Section } from "./sections.ts";
import { NOT_TAKEN, TAKEN } from "./taken.ts";

const HOST = { host: "127.0.0.1:7070" };
const ask = (made: MadeApi, url: string) => made.app.inject({ method: "GET", url, headers: HOST });

/** Readings of an edge, a second each: a tenth fails, two of a hundred are slow; and what the provider posted. */
function edgeReadings(location: string, more: readonly unknown[] = []): Readable {
  const seen = { location, service: "edge" };
  const lines = [10, 11, 12].flatMap((second) => {
    const at = MADE_START + second * 1000;
    return [
      { at, ...seen, signal: "requests", good: 90, total: 100 },
      { at, ...seen, signal: "latency_hist", bounds: [512, 1024], counts: [70, 28, 2] },
      { at, ...seen, service: "cart", signal: "requests", good: 0, total: 1000 },
    ];
  });
  const header = { recording: 1, locations: [location], services: {} };
  return Readable.from([header, ...lines, ...more].map((line) => `${JSON.stringify(line)}\n`));
}

/** East fails, is left, is well again, and a person gives it its users back. */
async function incident(readings: () => Readable = () => edgeReadings("east")): Promise<MadeApi> {
  const made = await startMadeApi({ calmSeconds: 90, illSeconds: 30, api: { readings: async () => readings() } });
  const { controller } = made.houston;
  await made.meanwhile(controller.order("ana", { kind: "hold", location: "west" }));
  for (let second = 0; second < 20; second += 1) await made.houston.second();
  const question = controller.view().questions[0]?.id ?? "none";
  await made.meanwhile(controller.order("bob", { kind: "answer", question, choice: 1 }));
  for (let second = 0; second < 130; second += 1) await made.houston.second();
  return made;
}

test("after an incident there is one document that says all of it", { timeout: 60_000 }, async () => {
  const made = await incident();
  const report = (await ask(made, "/api/incidents/1/report")).json<IncidentReport>();
  expect(report.incident).toMatchObject({ number: 1, location: "east", closedAt: expect.any(Number) });
  const said = report.timeline.map(({ what }) => what).join("\n");
  expect(said).toMatch(/east: healthy -> failing[\s\S]*east: done, 100 % out[\s\S]*east serves its own users again/);
  expect(report.timeline.map(({ at }) => at)).toEqual(report.timeline.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(report.evidence[0]).toMatchObject({
    location: "east",
    verdict: { verdict: "failing", because: [{ says: "10 % of requests fail; 0.1 % is usual" }] },
  });
  // Each change of mind once, however often it was noted.
  expect(report.evidence.map(({ state, verdict }) => `${state} ${verdict.verdict}`)).toEqual([
    "draining failing",
    "evacuated failing",
    "evacuated healthy",
    "restoring healthy",
    "serving healthy",
  ]);
  const codes = report.decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code));
  expect(codes).toEqual(expect.arrayContaining(["evacuate", "grow", "canary", "step", "out", "restored"]));
  expect(report.orders).toEqual([
    expect.objectContaining({ by: "bob", accepted: true, order: expect.objectContaining({ kind: "answer" }) }),
  ]);
  expect(report.users).toMatchObject({
    location: "east",
    counted: "by-the-edge",
    requests: 300,
    failed: 30,
    slow: 6,
    slowMs: 1024,
  });
  expect(report.statusPage).toEqual({ watched: false });
  expect(report.receivers).toEqual([
    expect.objectContaining({ name: "west", tookRps: 100, worstUtilisation: expect.closeTo(0.41, 1) }),
  ]);
  expect(report.withoutMove).toMatchObject({ kind: "estimate", untilWhy: "well-again" });
  expect(report.recordings[0]).toMatch(/^houston record --location east --from \d+ --to \d+ -o incident-1-east/);
  const all = { timeline: 0, evidence: 0, decisions: 0, notTaken: 0, orders: 0, notReadFrom: null };
  expect(report.leftOut).toEqual(all);

  // What is too much is left out of the middle, and said.
  const [noted] = report.evidence;
  for (let index = 0; index < 400; index += 1) {
    const at = noted!.at + 1 + index;
    const more = { id: `more-${index}`, at, location: "east" };
    const words = { at, incident: 1, level: "change", what: `line ${index}` };
    await made.store.record({ kind: "words", ...more, body: words });
    const state = index % 2 === 0 ? "evacuated" : "draining";
    await made.store.record({ kind: "verdict", ...more, body: { state, verdict: noted!.verdict } });
  }
  const long = (await ask(made, "/api/incidents/1/report")).json<IncidentReport>();
  expect([long.timeline.length, long.evidence.length]).toEqual([300, 100]);
  const timeline = report.timeline.length + 400 - 300;
  expect(long.leftOut).toEqual({ ...all, timeline, evidence: report.evidence.length + 400 - 100 });
  expect([long.timeline[0], long.timeline.at(-1)]).toEqual([report.timeline[0], report.timeline.at(-1)]);
  expect(long.evidence.at(-1)).toEqual(report.evidence.at(-1));
  expect((await ask(made, "/api/incidents/1/report?format=md")).body).toContain(
    `${timeline} more, from the middle of it, are left out here: GET /api/timeline`,
  );
  await made.stop();
});

test("it reads the same in Markdown and HTML: always these parts, in this order", { timeout: 60_000 }, async () => {
  const made = await incident();
  const [md, html] = [
    await ask(made, "/api/incidents/1/report?format=md"),
    await ask(made, "/api/incidents/1/report?format=html"),
  ];
  const titles = [
    "What happened",
    "Timeline",
    "Evidence",
    "Decisions",
    "Not done, and why",
    "Orders",
    "Users touched",
    "The provider's status page",
    "Receivers",
    "Without a move (worked out, not measured)",
    "Recording",
  ];
  const tokens = lexer(md.body);
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === "heading");
  expect(headings.map(({ text }) => text)).toEqual(["Incident 1: east", ...titles]);
  const parts = ["What", "Users", "Why", "Certain", "Doing", "Not doing", "You need to"];
  expect([...md.body.matchAll(/^- \*\*(.+?):\*\* (.+)$/gm)].map(([, name]) => name)).toEqual(parts);
  expect([...html.body.matchAll(/<dt>(.+?)<\/dt><dd>.+?<\/dd>/g)].map(([, name]) => name)).toEqual(parts);
  expect([...html.body.matchAll(/<h2>(.+?)<\/h2>/g)].map(([, title]) => title?.replace("&#39;", "'"))).toEqual(titles);
  expect([md.headers["content-type"], html.headers["content-type"]]).toEqual([
    "text/markdown; charset=utf-8",
    "text/html; charset=utf-8",
  ]);
  // It needs nobody, and runs nothing.
  expect(html.headers["content-security-policy"]).toContain("default-src 'none'");
  expect(html.body).not.toMatch(/<script|<link|<img|src=|href=|@import|url\(/i);
  expect(html.body).toMatch(/prefers-color-scheme: dark[\s\S]*@media print/);
  for (const [url, status, code] of [
    ["/api/incidents/7/report", 404, "unknown-incident"],
    ["/api/incidents/one/report", 404, "unknown-incident"],
    ["/api/incidents/1/report?format=pdf", 400, "bad-query"],
  ] as const) {
    const refused = await ask(made, url);
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([status, code]);
  }
  await made.stop();
});

/** A line of a provider's status page. */
const post = (second: number, state: string) => ({
  at: MADE_START + second * 1000,
  signal: "status",
  provider: "aws",
  region: "east",
  state,
  text: `dynamodb: ${state}`,
});

test("a node that is silent, and a provider that posts late", { timeout: 60_000 }, async () => {
  let posts: readonly unknown[] | null = null;
  const made = await incident(() => {
    if (posts === null) throw new Error("the node of east is silent");
    return edgeReadings("east", posts);
  });
  const report = async () => (await ask(made, "/api/incidents/1/report")).json<IncidentReport>();
  const silent = await report();
  expect(silent.users).toMatchObject({
    counted: "from-frames",
    slow: null,
    how: expect.stringContaining("did not hand out"),
  });
  // A tenth of a hundred a second, for thirty seconds.
  expect(silent.users.failed).toBeGreaterThan(200);
  expect(silent.users.failed).toBeLessThan(400);
  // It is read each second, and says the same for long.
  posts = [...Array.from({ length: 150 }, (_, index) => post(80 + index, "ok")), post(350, "degraded")];
  const { statusPage } = await report();
  expect(statusPage).toMatchObject({ watched: true, postedAt: MADE_START + 350_000, text: "dynamodb: degraded" });
  expect(statusPage.watched && statusPage.leadMs).toBeCloseTo(260_000, -4);
  posts = [post(80, "ok")];
  expect((await report()).statusPage).toEqual({ watched: true, postedAt: null, text: null, leadMs: null });
  await made.stop();
});

test(
  "what a move spared is worked out when it is over, and still told when the log is gone",
  { timeout: 60_000 },
  async () => {
    const made = await incident();
    // It looks each ten seconds, and works beside the clock.
    for (let tries = 0; tries < 2000 && (await kept(made)).length === 0; tries += 1) {
      await made.clock.pass(10_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [noted] = await kept(made);
    expect(noted?.body).toMatchObject({ kind: "estimate" });
    await made.store.trim({
      batchesBefore: made.clock.now(),
      recordsBefore: 0,
      framesBefore: 0,
      minuteFramesBefore: 0,
    });
    const report = (await ask(made, "/api/incidents/1/report")).json<IncidentReport>();
    expect(report.withoutMove).toEqual(noted?.body);

    // A Houston that was started anew finds it done.
    let looks = 0;
    const store: LogStore = {
      ...made.store,
      frames(query) {
        looks += 1;
        return made.store.frames(query);
      },
    };
    const { clock, houston } = made;
    const again = reporter({
      store,
      estate: madeEstate,
      version: "test",
      view: () => houston.controller.view(),
      now: () => clock.now(),
      readings: async () => edgeReadings("east"),
    });
    expect(houston.controller.view().incidents[0]?.closedAt).not.toBeNull();
    again.noticed(houston.controller.view());
    await again.stop();
    expect(looks).toBe(0);
    await made.stop();
  },
);

const kept = ({ store }: MadeApi) => store.records({ kind: "without-move", limit: 9 });

test("every decision of the core is known as done or not done", () => {
  const folder = join(import.meta.dirname, "../../core/control");
  const codes = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/\bdecision\(\s*turn,\s*"([a-z-]+)"/g)].map(
      ([, code]) => code!,
    ),
  );
  expect(new Set(codes).size).toBeGreaterThan(25);
  expect(codes.filter((code) => !TAKEN.has(code) && !NOT_TAKEN.has(code))).toEqual([]);
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ..."<script>|</td>|<img src=x onerror=alert(1)>|&lt;|&|\"|'|`|```|**|__|*|_|[a](http://b)|![x](y)|# |## |> |- |1. |+ |~~|~~~|| a | b ||---|\n|\r\n|\u0000|\u001b[31m|\u202e|http://evil.example|www.evil.example|a@b.example|\\|\\*|    |\t|$x$|:smile:|<!--|-->|===".split(
          "|",
        ),
        "|",
        "word",
        "us-east-1",
      ),
      { maxLength: 8 },
    )
    .map((pieces) => pieces.join("")),
);
const sections = fc
  .record({ title: hostile, text: hostile, name: hostile, cell: hostile })
  .map(({ title, text, name, cell }): readonly Section[] => [
    {
      title,
      pieces: [
        { kind: "text", text },
        { kind: "parts", parts: [{ name, text }] },
        { kind: "table", head: ["When", "What"], rows: [[cell, text]] },
        { kind: "commands", lines: [name] },
      ],
    },
  ]);

/** What stands there to be read, and by which kinds of markup. */
function readOut(tokens: readonly Token[], kinds: Set<string>): string {
  return tokens
    .map((token): string => {
      kinds.add(token.type);
      if (token.type === "table") {
        const { header, rows } = token as Tokens.Table;
        return [...header, ...rows.flat()].map((cell) => readOut(cell.tokens, kinds)).join(" ");
      }
      if (token.type === "list")
        return (token as Tokens.List).items.map((item) => readOut(item.tokens, kinds)).join(" ");
      if ("tokens" in token && token.tokens !== undefined) return readOut(token.tokens, kinds);
      return "text" in token ? String(token.text) : "";
    })
    .join("");
}

/** Without the spaces of no width that keep it from calling anybody. */
const seen = (written: string): string => written.replaceAll("\u200B", "");

const MEANT = ["heading", "paragraph", "text", "list", "strong", "table", "code", "space", "escape"];

test(
  "names from outside stay text in Markdown: no link, no heading, no tag, and every letter is there",
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(hostile, sections, (title, made) => {
        const kinds = new Set<string>();
        const tokens = lexer(markdownOf(title, made));
        readOut(tokens, kinds);
        expect([...kinds].filter((kind) => !MEANT.includes(kind))).toEqual([]);
        expect(tokens.filter(({ type }) => type === "heading")).toHaveLength(2);
        expect(tokens.filter(({ type }) => type === "table")).toHaveLength(1);
      }),
      { numRuns: 1500 },
    );
    // What is escaped for Markdown reads as it was.
    const text = "a_b *c* [d](http://e) <f> | `g` # h & i &lt; www.j.k l@m ~n~ 1. o";
    const markdown = markdownOf("t", [{ title: "s", pieces: [{ kind: "text", text }] }]);
    expect(seen(readOut(lexer(markdown), new Set()))).toContain(text);
    expect(seen(parse(markdown, { async: false }))).toContain("h &amp; i &amp;lt; www.j.k l@m");
    // Our own commands are code, where a backslash would be read; what only looks like one is not.
    const command =
      "do `houston evacuate us-east-1 --share 5%` now; `rm -rf ~`, `houston`, ``houston x``, `houston <b>`";
    const coded = lexer(markdownOf("t", [{ title: "s", pieces: [{ kind: "text", text: command }] }]));
    const kinds = new Set<string>();
    expect(seen(readOut(coded, kinds))).toContain(
      command.replace("`houston evacuate us-east-1 --share 5%`", "houston evacuate us-east-1 --share 5%"),
    );
    expect(kinds).toContain("codespan");
    // Pasted somewhere, it calls nobody, neither as it is written nor as it is read.
    const calls = "@ana cc:@org/team <@U012AB3CD> <!channel> <!subteam^S1> @here";
    const calling = markdownOf("@everyone", [
      { title: calls, pieces: [{ kind: "parts", parts: [{ name: calls, text: calls }] }] },
    ]);
    for (const written of [calling, readOut(lexer(calling), new Set())]) {
      expect(written).not.toMatch(/@\w|<!\w|<@\w/);
      expect(seen(written)).toContain("subteam");
    }
  },
);

test("names from outside stay text in HTML: no tag but ours, and every letter is there", { timeout: 120_000 }, () => {
  const OURS =
    /^<\/?(?:!doctype html|html(?: lang="en")?|head|meta [^<>"]*(?:"[^"<>]*"[^<>"]*)*|title|style|body|main|h1|h2|section|p|dl|dt|dd|div class="table" tabindex="0"|div|table|thead|tbody|tr|th scope="col"|th|td|pre|code)>$/;
  fc.assert(
    fc.property(hostile, sections, (title, made) => {
      const page = htmlOf(title, made);
      expect([...page.matchAll(/<[^>]*>/g)].filter(([tag]) => !OURS.test(tag))).toEqual([]);
      const [, told = ""] = /<p>([^<]*)<\/p>/.exec(page) ?? [];
      const [piece] = made[0]!.pieces;
      if (piece?.kind !== "text") throw new Error("the first piece is text");
      const back = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" } as const;
      const letters = told.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (each) => back[each as keyof typeof back]);
      expect(letters).toBe(piece.text.replaceAll(/[^\P{C}\n]/gu, " "));
    }),
    { numRuns: 1500 },
  );
});
