import { expect, test } from "vitest";
import { scaleFrom, WEBHOOK_SECRET, type LocationScale, type ScaleSettings } from "./settings.ts";

const part = { rpsPerReplica: 50, restReplicas: 2, maxStepReplicas: 10, costPerReplicaHour: 0.1 };
const common = { readyWithinSeconds: 60 };
const settingsOf = (locations: ScaleSettings["locations"]): ScaleSettings => ({
  dryRun: true,
  asksPerMinute: 60,
  maxAddedCostPerHour: 10,
  locations,
});
const webhook: LocationScale = {
  by: "webhook",
  url: "https://grow.example/",
  ...common,
  parts: [{ name: "web", ...part }],
};

test("a scaler of each kind is made without calling anybody, and named by its place", async () => {
  const kinds: Record<string, LocationScale> = {
    a: { by: "kubernetes", namespace: "shop", ...common, parts: [{ deployment: "web", autoscaler: "web", ...part }] },
    b: { by: "aws", region: "us-east-1", ...common, parts: [{ group: "web", floor: "min", ...part }] },
    c: { by: "google", project: "p", zone: "z", ...common, parts: [{ group: "web", ...part }] },
    d: webhook,
    e: { by: "command", argv: ["/nowhere/grow"], environment: [], ...common, parts: [{ name: "web", ...part }] },
  };
  const driver = scaleFrom({
    settings: settingsOf(kinds),
    capacityRps: {},
    env: { [WEBHOOK_SECRET]: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=" },
    now: () => 0,
  });
  const never = new AbortController().signal;
  // Where there is no pod there is no token of its service account, and where there is no program none is run.
  expect(await driver.scale({ location: "a", targetRps: 200 }, never)).toMatchObject({ code: "forbidden" });
  expect(await driver.scale({ location: "e", targetRps: 200 }, never)).toMatchObject({
    kind: "refused",
    code: "unknown-target",
    says: "command e/web: /nowhere/grow can't be run: ENOENT",
  });
  expect(await driver.scale({ location: "f", targetRps: 200 }, never)).toMatchObject({ code: "unknown-location" });
});

const made = (env: Record<string, string>) => () =>
  scaleFrom({ settings: settingsOf({ d: webhook }), capacityRps: {}, env, now: () => 0 });

test("a webhook without a secret, or with a short one, is said with the fix and without the secret", () => {
  expect(made({})).toThrow(expect.objectContaining({ code: "no-webhook-secret" }));
  expect(made({ [WEBHOOK_SECRET]: "too-short" })).toThrow(
    expect.objectContaining({ code: "bad-webhook-secret", message: expect.not.stringContaining("too-short") }),
  );
});
