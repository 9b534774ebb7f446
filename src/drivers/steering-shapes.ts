import { z } from "zod";
import { embeddedShape } from "./dns/embedded/shape.ts";
import { haproxyShape } from "./edge/haproxy/shape.ts";

/** Each kind of driver that `steering.drivers` in houston.yaml may name, with its settings; who makes them is steering-kinds.ts. */
export const steeringDriverShape = z.discriminatedUnion("kind", [embeddedShape, haproxyShape]);

export type SteeringDriverSettings = z.output<typeof steeringDriverShape>;
