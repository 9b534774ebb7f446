import "../style/base.css";
import "../style/shell.css";
import { mount } from "../mount.tsx";
import { madeClient } from "./made-client.ts";
import { SCENES } from "./scenes.ts";

/**
 * The console on made data, for looking at it without a planet: `npm run made -w console`, then
 * `/#scene=evacuation&locations=50&zones=2000&services=2000&age=80&read-only`.
 */
const asked = new URLSearchParams(location.hash.slice(1));
const number = (name: string, absent: number): number => Number(asked.get(name) ?? absent);
mount({
  client: madeClient({
    scene: SCENES.find((each) => each === asked.get("scene")) ?? "calm",
    locations: number("locations", 15),
    zones: number("zones", 68),
    services: number("services", 200),
    ageSeconds: number("age", 80),
  }),
  canOrder: !asked.has("read-only"),
});
