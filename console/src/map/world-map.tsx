import "./map.css";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { geoPath } from "d3-geo";
import type { World } from "../../../src/api/contract.ts";
import { useColours } from "../look/theme.ts";
import type { Picture } from "../picture/picture.ts";
import { drawGround } from "./draw-ground.ts";
import { Flows } from "./flows.tsx";
import { Legend } from "./legend.tsx";
import { Locations } from "./locations.tsx";
import { MAP_RATIO, worldProjection } from "./projection.ts";
import { useLand } from "./use-land.ts";
import { useWidth } from "./use-width.ts";

/** The world: locations sized by traffic and shaped by verdict, what moves as arcs, users' zones with who serves them. */
export const WorldMap = memo(function WorldMap(props: { readonly world: World; readonly picture: Picture }) {
  const { world, picture } = props;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);
  const land = useLand();
  const colours = useColours();
  const [focus, setFocus] = useState<string | null>(null);
  const size = useMemo(() => ({ width, height: Math.round(width * MAP_RATIO) }), [width]);
  const projection = useMemo(() => worldProjection(size), [size]);

  // What lies below changes when somebody is served by another place, not with each figure.
  const ground = JSON.stringify([picture.servedBy, picture.places.map(({ verdict }) => verdict)]);
  const shown = useRef(picture);
  useEffect(() => {
    shown.current = picture;
  }, [picture]);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context || size.width === 0) return;
    const scale = devicePixelRatio;
    canvas.current.width = size.width * scale;
    canvas.current.height = size.height * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const path = geoPath(projection, context);
    const { estate } = world;
    drawGround({ context, size, projection, path, land, colours, estate, picture: shown.current, focus });
  }, [ground, size, projection, land, colours, world, focus]);

  return (
    <figure className="map" ref={frame}>
      <div className="map-sheet" style={{ height: size.height }}>
        <canvas ref={canvas} style={{ width: size.width, height: size.height }} aria-hidden="true" />
        {size.width > 0 && (
          <svg width={size.width} height={size.height} role="group" aria-label="Locations on the map">
            <Flows world={world} flows={picture.flows} projection={projection} />
            <Locations
              world={world}
              picture={picture}
              projection={projection}
              size={size}
              focus={focus}
              setFocus={setFocus}
            />
          </svg>
        )}
      </div>
      <Legend picture={picture} focus={focus} />
    </figure>
  );
});
