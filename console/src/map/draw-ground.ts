import type { GeoPath, GeoPermissibleObjects, GeoProjection } from "d3-geo";
import type { Estate } from "../../../src/core/estate.ts";
import type { Colours } from "../look/colours.ts";
import type { Picture } from "../picture/picture.ts";

/**
 * What lies under the locations: land, and the users' zones with who serves them. A canvas, since two thousand zones are two
 * thousand things that a page need not keep.
 */
export type Ground = {
  readonly context: CanvasRenderingContext2D;
  readonly size: { readonly width: number; readonly height: number };
  readonly projection: GeoProjection;
  readonly path: GeoPath;
  readonly land: GeoPermissibleObjects | null;
  readonly colours: Colours;
  readonly estate: Estate;
  readonly picture: Picture;
  /** Whose zones are shown with lines. */
  readonly focus: string | null;
};

export function drawGround(ground: Ground): void {
  const { context, size, colours, land, path } = ground;
  context.clearRect(0, 0, size.width, size.height);
  if (land !== null) {
    context.beginPath();
    path(land);
    context.fillStyle = colours.land;
    context.fill();
    context.strokeStyle = colours.border;
    context.lineWidth = 0.5;
    context.stroke();
  }
  drawZones(ground);
}

function drawZones({ context, projection, colours, estate, picture, focus }: Ground): void {
  const { places, servedBy } = picture;
  const at = new Map(estate.locations.map((each) => [each.name, projection([each.longitude, each.latitude])]));
  const small = estate.zones.length > MANY_ZONES;
  // The well ones first: who is hurt must not lie under them.
  for (const pass of ["healthy", "shaky", "failing", "nobody"] as const) {
    estate.zones.forEach(({ latitude, longitude }, index) => {
      if (latitude === undefined || longitude === undefined) return;
      const place = places[servedBy[index] ?? -1];
      if ((place?.verdict ?? "nobody") !== pass) return;
      const point = projection([longitude, latitude]);
      if (point === null) return;
      const [x, y] = point;
      const colour = place === undefined ? colours.muted : colours[COLOUR_OF[place.verdict]];
      const server = place === undefined ? undefined : at.get(place.name);
      const isFocus = place !== undefined && place.name === focus;
      if (server && (isFocus || (!small && pass !== "healthy"))) {
        line(context, { from: [x, y], to: server, colour: isFocus ? colours.accent : colour });
      }
      dot(context, { x, y, radius: (small ? 1.2 : 1.8) + (pass === "healthy" ? 0 : 0.8), colour, pass });
    });
  }
}

/** Beyond this, dots shrink and only the chosen location's lines are drawn. */
const MANY_ZONES = 300;

const COLOUR_OF = { healthy: "muted", shaky: "shaky", failing: "failing" } as const;

function line(
  context: CanvasRenderingContext2D,
  { from, to, colour }: { from: readonly [number, number]; to: readonly [number, number]; colour: string },
): void {
  context.beginPath();
  context.moveTo(from[0], from[1]);
  context.lineTo(to[0], to[1]);
  context.globalAlpha = 0.35;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = 1;
}

/** A dot is well served, a square by a failing place, a ring by nobody: not by colour alone. */
function dot(
  context: CanvasRenderingContext2D,
  dot: { x: number; y: number; radius: number; colour: string; pass: "healthy" | "shaky" | "failing" | "nobody" },
): void {
  const { x, y, radius, colour, pass } = dot;
  context.beginPath();
  if (pass === "failing") context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.globalAlpha = pass === "healthy" ? 0.7 : 1;
  if (pass === "nobody") {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
  } else {
    context.fillStyle = colour;
    context.fill();
  }
  context.globalAlpha = 1;
}
