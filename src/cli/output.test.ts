import * as fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { cut, toned, widthOf, wrapped } from "./colour.ts";
import { clean } from "./clean.ts";
import { print, printJson, readable, tell, tellLines } from "./output.ts";

/** What terminals obey: escapes that hide, recolour, retitle, overwrite, or answer by typing for the person. */
const ESCAPES = [
  "\u001b[2J",
  "\u001b[31m",
  "\u001b[8m",
  "\u001b]0;owned\u0007",
  "\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\",
  "\u001bP$qm\u001b\\",
  "\u009b1A",
  "\u009d0;x\u009c",
  "\r",
  "\n",
  "\b\b\b",
  "\u0000",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u{e0041}",
  "\ud800",
  "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
];
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...ESCAPES),
      // Escapes cut in two and put together again by whoever strips only once.
      fc.constantFrom("\u001b", "[", "\u001b[\u001b[", "31m", "]0;", "\u009b"),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/u;
const TERMINAL = { isTTY: true, getColorDepth: () => 4, on() {}, write: () => true } as unknown as NodeJS.WriteStream;

afterEach(() => vi.restoreAllMocks());

test("no text from outside is obeyed by a terminal, whatever it is made of", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = clean(text);
      expect(shown).not.toMatch(OBEYED);
      expect(shown.isWellFormed()).toBe(true);
      expect(clean(shown)).toBe(shown);
    }),
  );
});

test("what people write stays as it is", () => {
  for (const text of ["us-east-1", "Größe 4 %", "支付服务", "سلام", "👩‍👩‍👧 família", "नमस्ते", "a < b && c > `d`"])
    expect(clean(text)).toBe(text);
  expect(clean("cart\tis\r\n bad")).toBe("cart is  bad");
});

test("one print is one line on every stream, and colours are ours alone", () => {
  let out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((out += String(text)), true));
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      for (const show of [print, tell]) {
        out = "";
        show([one, toned("bad", other), "."]);
        expect(out.endsWith(".\n")).toBe(true);
        expect(out.slice(0, -1)).not.toMatch(OBEYED);
        expect(out.replaceAll("\n", "")).toBe(clean(one) + clean(other) + ".");
      }
    }),
  );
  out = "";
  tellLines("first\nsecond\u001b[2J\n");
  expect(out).toBe("first\nsecond\n");
});

test("on a terminal a tone is a colour around the text, and the text brings none of its own", () => {
  vi.stubEnv("NO_COLOR", undefined);
  vi.stubEnv("FORCE_COLOR", "1");
  expect(readable(["a ", toned("warn", "\u001b[32mgreen?\u001b[0m")], TERMINAL)).toBe("a \u001b[33mgreen?\u001b[39m");
  vi.stubEnv("FORCE_COLOR", "0");
  expect(readable(["a ", toned("warn", "plain")], TERMINAL)).toBe("a plain");
  vi.unstubAllEnvs();
});

test("JSON stays the same document, and is harmless where somebody looks at it", () => {
  let out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out = String(text)), true));
  fc.assert(
    fc.property(hostile, (text) => {
      const value = { [text]: [text, 1, null] };
      printJson(value);
      expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(out.slice(0, -1)).not.toMatch(OBEYED);
    }),
  );
});

test("a line is cut to its columns, wide letters counted as two", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdefg", 6)).toEqual(["abcde", "…"]);
  expect(cut(["ab", toned("bad", "支付服务")], 7)).toEqual(["ab", toned("bad", "支付"), "…"]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), fc.nat(30), (text, width) => {
      const line = cut(clean(text), width);
      const shown = typeof line === "string" ? line : (line as readonly string[]).join("");
      expect(widthOf(shown)).toBeLessThanOrEqual(width);
    }),
  );
});

test("text is wrapped between words and loses none", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("unbreakable words", 5)).toEqual(["unbreakable", "words"]);
  expect(wrapped("", 5)).toEqual([""]);
  expect(wrapped("one line", Infinity)).toEqual(["one line"]);
});
