import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LocationName } from "../../core/estate.ts";
import type { ScaleDriver } from "./contract.ts";
import type { Machines } from "./machines.ts";

/** A scaler with a provider behind it that really answers. At rest its location has 100 rps, and it may grow to 400. */
export type ScaleRig = {
  readonly location: LocationName;
  readonly driver: ScaleDriver;
  /** The same provider by a driver whose token or right is missing. */
  readonly driverWithoutRight: ScaleDriver;
  /** What the provider keeps ready at least, or is on its way to. */
  floorRps(): number;
  /** How often something was changed at the provider. */
  changes(): number;
  setTrouble(trouble: "none" | "silent" | "fault" | "quota"): void;
  stop(): Promise<void>;
};

/** What every scale driver promises (src/drivers/scale/contract.ts). */
export function scaleConformance(name: string, makeRig: () => Promise<ScaleRig>): void {
  describe(`${name} scales`, () => {
    let rig: ScaleRig;
    beforeAll(async () => {
      rig = await makeRig();
    });
    afterEach(() => rig.setTrouble("none"));
    afterAll(() => rig.stop());
    const never = new AbortController().signal;
    const scale = (targetRps: number) => rig.driver.scale({ location: rig.location, targetRps }, never);

    test("grows when asked, and the same again is done and changes nothing", async () => {
      expect(await scale(200)).toMatchObject({ kind: "done" });
      expect(rig.floorRps()).toBe(200);
      const changes = rig.changes();
      expect(await scale(200)).toMatchObject({ kind: "done" });
      expect(rig.floorRps()).toBe(200);
      expect(rig.changes()).toBe(changes);
    });

    test("never grows past what there is, and never shrinks under its rest", async () => {
      expect(await scale(100_000)).toMatchObject({ kind: "done" });
      expect(rig.floorRps()).toBe(400);
      expect(await scale(0)).toMatchObject({ kind: "done" });
      expect(rig.floorRps()).toBe(100);
    });

    test("a quota is a refusal of that name, with the provider's words", async () => {
      rig.setTrouble("quota");
      const outcome = await scale(300);
      expect(outcome).toMatchObject({ kind: "refused", code: "quota" });
      expect(outcome.says).toMatch(/\w/);
      expect(rig.floorRps()).toBe(100);
    });

    test("without its right it is refused, with a reason", async () => {
      const order = { location: rig.location, targetRps: 300 };
      expect(await rig.driverWithoutRight.scale(order, never)).toMatchObject({ kind: "refused", code: "forbidden" });
      expect(rig.floorRps()).toBe(100);
    });

    test("a location without a scaler is refused by name", async () => {
      const order = { location: "atlantis", targetRps: 300 };
      const outcome = await rig.driver.scale(order, never);
      expect(outcome).toMatchObject({ kind: "refused", code: "unknown-location" });
      expect(outcome.says).toContain("atlantis");
    });

    test("a fault of the provider's is asked again", async () => {
      rig.setTrouble("fault");
      expect(await scale(310)).toMatchObject({ kind: "retry", code: "provider-fault" });
    });

    test("silence is left when whoever asked has waited enough", async () => {
      rig.setTrouble("silent");
      const abort = new AbortController();
      const outcome = rig.driver.scale({ location: rig.location, targetRps: 320 }, abort.signal);
      abort.abort();
      expect(await outcome).toMatchObject({ kind: "retry", code: "timeout" });
      expect(rig.driver.withinMs).toBeLessThan(5000);
    });
  });
}

/** How a made provider answers the next calls. */
export type Trouble =
  | "none"
  | "silent"
  | "fault"
  | "conflict"
  /** Asks for seven seconds' patience. */
  | "throttled"
  /** A page for people where JSON should be. */
  | "garbled"
  /** Takes no growth. */
  | "quota"
  /** Took growth, has none to give, and says so in its state. */
  | "short"
  /** Refuses, and quotes what it was sent. */
  | "echo";

/** A local server or program that stands for a provider, and holds each call against the provider's published contract. */
export type MadeProvider = {
  readonly state: { floor: number; ready: number; most: number; changes: number; trouble: Trouble };
  /** What a call had that the contract does not know, or lacked: always empty. */
  readonly wrong: readonly string[];
  /** What stands in no answer to people. */
  readonly secrets: readonly string[];
  stop(): Promise<void>;
};

export const AT_REST = { floor: 10, ready: 10, most: 40, changes: 0, trouble: "none" as Trouble };

export type MachinesRig = {
  readonly provider: MadeProvider;
  readonly machines: Machines;
  readonly machinesWithoutRight: Machines;
  /** A name that the provider does not have. */
  readonly machinesNotThere: Machines;
};

/** What every provider's machines promise (src/drivers/scale/machines.ts). */
export function machinesConformance(
  name: string,
  makeRig: () => Promise<MachinesRig>,
  options: {
    /** It has a maximum of its own. */
    readonly hasMost: boolean;
    /** When it asks for patience it says for how long. */
    readonly saysWhen: boolean;
  },
): void {
  describe(`${name} as machines`, () => {
    let rig: MachinesRig;
    beforeAll(async () => {
      rig = await makeRig();
    });
    beforeEach(() => void Object.assign(rig.provider.state, AT_REST));
    afterEach(() => expect(rig.provider.wrong).toEqual([]));
    afterAll(() => rig.provider.stop());
    const never = new AbortController().signal;

    test("what is seen is what is there", async () => {
      Object.assign(rig.provider.state, { floor: 12, ready: 9, most: 30 });
      const most = options.hasMost ? 30 : expect.any(Number);
      expect(await rig.machines.look(never)).toEqual({ kind: "seen", floor: 12, ready: 9, most });
      Object.assign(rig.provider.state, { floor: 0, ready: 0 });
      expect(await rig.machines.look(never)).toEqual({ kind: "seen", floor: 0, ready: 0, most });
    });

    test("a floor that is asked for is the one that is set, up and down, and looking changes nothing", async () => {
      expect(await rig.machines.ask(25, never)).toEqual({ kind: "done" });
      expect(rig.provider.state).toMatchObject({ floor: 25, changes: 1 });
      expect(await rig.machines.look(never)).toMatchObject({ kind: "seen", floor: 25, ready: 10 });
      expect(await rig.machines.ask(11, never)).toEqual({ kind: "done" });
      expect(rig.provider.state).toMatchObject({ floor: 11, changes: 2 });
    });

    test.each([
      ["fault", "retry", "provider-fault"],
      ["conflict", "retry", "conflict"],
    ] as const)("%s is a %s, to the look and to the ask", async (trouble, kind, code) => {
      rig.provider.state.trouble = trouble;
      expect(await rig.machines.look(never)).toMatchObject({ kind, code });
      expect(await rig.machines.ask(20, never)).toMatchObject({ kind, code });
    });

    test("an answer that can't be read is none", async () => {
      rig.provider.state.trouble = "garbled";
      expect(await rig.machines.look(never)).toMatchObject({ kind: "retry", code: "bad-answer" });
    });

    test("a provider that asks for patience says for how long", async () => {
      rig.provider.state.trouble = "throttled";
      const problem = await rig.machines.ask(20, never);
      expect(problem).toMatchObject({ kind: "retry", code: "throttled" });
      if (options.saysWhen) expect(problem).toMatchObject({ afterMs: 7000 });
    });

    test("a quota refuses growth, in the provider's words", async () => {
      rig.provider.state.trouble = "quota";
      expect(await rig.machines.ask(20, never)).toMatchObject({ kind: "refused", code: "quota" });
      expect(rig.provider.state.floor).toBe(10);
    });

    test("growth that was taken and can't be given is seen", async () => {
      Object.assign(rig.provider.state, { trouble: "short", floor: 20 });
      const seen = await rig.machines.look(never);
      expect(seen).toMatchObject({ kind: "seen", floor: 20, ready: 10, quota: expect.stringMatching(/quota|limit/i) });
    });

    test("without the right it is forbidden, and what is not there is unknown", async () => {
      for (const ask of [
        (machines: Machines) => machines.look(never),
        (machines: Machines) => machines.ask(20, never),
      ]) {
        expect(await ask(rig.machinesWithoutRight)).toMatchObject({ kind: "refused", code: "forbidden" });
        expect(await ask(rig.machinesNotThere)).toMatchObject({ kind: "refused", code: "unknown-target" });
      }
      expect(rig.provider.state.changes).toBe(0);
    });

    test("silence ends with the signal", async () => {
      rig.provider.state.trouble = "silent";
      const abort = new AbortController();
      const answers = Promise.all([rig.machines.look(abort.signal), rig.machines.ask(20, abort.signal)]);
      setTimeout(() => abort.abort(), 50);
      for (const answer of await answers) expect(answer).toMatchObject({ kind: "retry", code: "timeout" });
      expect(await rig.machines.look(AbortSignal.abort())).toMatchObject({ kind: "retry", code: "timeout" });
    });

    test("a provider that quotes what it was sent makes no secret known", async () => {
      rig.provider.state.trouble = "echo";
      const said = JSON.stringify([
        await rig.machines.look(never),
        await rig.machines.ask(20, never),
        rig.machines.name,
        await rig.machinesWithoutRight.look(never),
      ]);
      expect(rig.provider.secrets.length).toBeGreaterThan(0);
      for (const secret of rig.provider.secrets) expect(said).not.toContain(secret);
    });
  });
}
