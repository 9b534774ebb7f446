import { expect, test } from "vitest";
import type { ControlView, Incident, LocationView } from "../../core/control-contract.ts";
import { statusAnswer } from "./answers.ts";

const AT = 1_000_000;
const place = (name: string, summaryAt: number): LocationView =>
  ({
    name,
    state: "serving",
    hold: null,
    summaryAt,
    verdict: { verdict: "healthy", causes: [] },
  }) as unknown as LocationView;
const view = (more: Partial<ControlView>): ControlView =>
  ({
    at: AT,
    mode: "act",
    hold: null,
    stopped: null,
    blind: false,
    bars: [],
    liftedConditions: [],
    locations: [place("east", AT), place("west", AT - 60_000)],
    questions: [],
    incidents: [],
    ...more,
  }) as unknown as ControlView;
const incident = (number: number, level: Incident["level"], brief: string) =>
  ({ number, level, brief, closedAt: null, questions: [] }) as unknown as Incident;

test("status in Slack begins with the first line of every face: who is not heard is silent", () => {
  expect(statusAnswer(view({})).text).toBe(
    "west is silent; the other one serves and is healthy. No incident is open. Mode act.",
  );
});

test("status in Slack lists open troubles in the order of every face: what wants a person first", () => {
  const incidents = [incident(2, "change", "Leaving west."), incident(1, "urgent", "East is lost.")];
  const said = statusAnswer(view({ incidents }));
  expect(said.text).toBe("East is lost. And 1 more. Mode act.");
  const text = JSON.stringify(said.blocks);
  expect(text.indexOf("Incident 1")).toBeGreaterThan(0);
  expect(text.indexOf("Incident 1")).toBeLessThan(text.indexOf("Incident 2"));
});
