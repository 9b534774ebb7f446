import { geoPath, type GeoPermissibleObjects, type GeoProjection } from "d3-geo";
import { useEffect, useMemo, useRef } from "react";
import type { World } from "../../../src/api/contract.ts";
import { useColours } from "../look/theme.ts";
import type { Picture } from "../picture/picture.ts";
import { drawGround } from "./draw-ground.ts";
import { Flows } from "./flows.tsx";
import { Locations } from "./locations.tsx";
import type { Box } from "./place-labels.ts";
import { arcsOf, gainsOf } from "./sizes.ts";

/** One sheet of a map: the ground on a canvas, what moves and the locations above it. */
export function MapSheet(props: {
  readonly world: World;
  readonly picture: Picture;
  readonly at: number | null;
  readonly land: GeoPermissibleObjects | null;
  readonly projection: GeoProjection;
  readonly size: { readonly width: number; readonly height: number };
  /** What lies above it. */
  readonly covered: readonly Box[];
  readonly focus: string | null;
  readonly setFocus: (name: string | null) => void;
  readonly label: string;
}) {
  const { world, picture, at, land, projection, size, covered, focus, setFocus, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();

  // What lies below changes when somebody is served by another place, not with each figure.
  const ground = JSON.stringify([picture.servedBy, picture.places.map(({ verdict }) => verdict)]);
  const shown = useRef(picture);
  useEffect(() => {
    shown.current = picture;
  }, [picture]);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const scale = devicePixelRatio;
    canvas.current.width = size.width * scale;
    canvas.current.height = size.height * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const path = geoPath(projection, context);
    const { estate } = world;
    drawGround({ context, size, projection, path, land, colours, estate, picture: shown.current, focus });
  }, [ground, size, projection, land, colours, world, focus]);

  const arcs = useMemo(() => arcsOf(picture.flows), [picture.flows]);
  const gains = useMemo(() => gainsOf(arcs), [arcs]);

  return (
    <div className="map-sheet" style={size}>
      <canvas ref={canvas} style={size} aria-hidden="true" />
      <svg width={size.width} height={size.height} role="group" aria-label={label}>
        <Flows world={world} arcs={arcs} projection={projection} />
        <Locations
          world={world}
          picture={picture}
          at={at}
          gains={gains}
          projection={projection}
          size={size}
          covered={covered}
          focus={focus}
          setFocus={setFocus}
        />
      </svg>
    </div>
  );
}
