// docs/how-to/dns-webhook.md says what is so: its letters are the ones that are sent, its answers are understood, and both settings are good ones.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { RecordChange } from "../record-server.ts";
import { yourGrain } from "./grain.ts";
import type { Letter } from "./letters.ts";
import { yourServer } from "./server.ts";
import { commandShape, webhookShape } from "./shape.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/how-to/dns-webhook.md"), "utf8");
const blocks = (kind: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block]) => block!);
const never = new AbortController().signal;

test("both settings are good ones", () => {
  const [webhook, command] = blocks("yaml").map((block) => (parse(block) as unknown[])[0]);
  expect(webhookShape.safeParse(webhook).error?.issues).toBeUndefined();
  expect(commandShape.safeParse(command).error?.issues).toBeUndefined();
});

test("the letters are the ones that are sent, and their answers are understood", async () => {
  const [readLetter, readAnswer, writeLetter] = blocks("json").map((block) => JSON.parse(block) as unknown);
  const sent: Letter[] = [];
  let answer: unknown = readAnswer;
  const server = yourServer({
    ask: async (letter) => {
      sent.push(letter);
      return { kind: "answer", body: answer };
    },
    who: "the page",
    grain: yourGrain({ split: "weight", writesPerSecond: 1 }),
    answeredBy: [],
    withinMs: 1000,
  });
  const names = [
    { name: "www.example.com", types: server.leads },
    { name: "_houston.example.com", types: ["TXT"] as const },
  ];
  expect(await server.read({ domain: "example.com", names }, never)).toEqual({
    kind: "read",
    sets: [
      { name: "www.example.com", type: "A", ttlSeconds: 60, values: ["250 203.0.113.8", "750 203.0.113.7"] },
      { name: "_houston.example.com", type: "TXT", ttlSeconds: 60, values: ["v=1 version=17 ..."] },
    ],
  });
  expect(sent).toEqual([readLetter]);
  answer = { sets: [] };
  const change: RecordChange = {
    domain: "example.com",
    before: [],
    absent: [{ name: "www.example.com", type: "A" }],
    after: [{ name: "www.example.com", type: "A", ttlSeconds: 60, values: ["203.0.113.7"] }],
  };
  expect(await server.write(change, never)).toEqual({ kind: "done" });
  expect(sent.at(-1)).toEqual(writeLetter);
});
