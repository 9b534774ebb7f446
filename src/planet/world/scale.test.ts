import { planetScale } from "../../drivers/scale/planet.ts";
import { scaleConformance, type ScaleRig } from "../../drivers/scale/testing.ts";
import { adminServer } from "../admin-server.ts";
import { answerScale } from "./answer-scale.ts";
import { scaler } from "./capacity.ts";

/** The planet's scaler as a world has it, on an admin port; growth comes at once, and shrinking is waited for. */
async function rig(): Promise<ScaleRig> {
  const scale = scaler("us-east-1", { capacityRps: 400, readyRps: 100, growDelayMs: 0, growRpsPerSecond: 1e9 });
  let nowMs = 1_000_000;
  let trouble: Parameters<ScaleRig["setTrouble"]>[0] = "none";
  let changes = 0;
  let before = 100;
  const settled = (): number => scale.readyRps((nowMs += 60_000));
  const server = await adminServer({
    address: "127.0.0.1",
    port: 0,
    token: "made",
    handle({ body }) {
      if (trouble === "silent") return new Promise(() => {});
      if (trouble === "fault") throw new Error("a fault of the world's");
      const answer = answerScale({
        scale,
        location: "us-east-1",
        targetRps: (body as { targetRps: number }).targetRps,
        nowMs,
      });
      if (settled() !== before) changes += 1;
      before = settled();
      return answer;
    },
  });
  const driverOf = (token: string) =>
    planetScale({ worldAdmins: { "us-east-1": { host: "127.0.0.1", port: server.port } }, token });
  return {
    location: "us-east-1",
    driver: driverOf("made"),
    driverWithoutRight: driverOf("another"),
    floorRps: settled,
    changes: () => changes,
    setTrouble(next) {
      trouble = next;
      scale.setRefusing(next === "quota");
    },
    stop: () => server.stop(),
  };
}

scaleConformance("the planet", rig);
