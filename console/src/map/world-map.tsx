import "./map.css";
import { memo, useMemo, useRef, useState } from "react";
import type { World } from "../../../src/api/contract.ts";
import type { Picture } from "../picture/picture.ts";
import { closeProjection, tooNear } from "./close-up.ts";
import { Legend } from "./legend.tsx";
import { MapSheet } from "./map-sheet.tsx";
import type { Box } from "./place-labels.ts";
import { MAP_RATIO, worldProjection } from "./projection.ts";
import { useLand } from "./use-land.ts";
import { useWidth } from "./use-width.ts";

/**
 * The world: locations sized by traffic and shaped by verdict, what moves as arcs, users' zones with who serves them; and closer
 * again, where neighbours move what can't be seen on a map of the world.
 */
export const WorldMap = memo(function WorldMap(props: {
  readonly world: World;
  readonly picture: Picture;
  /** The moment that its places lead to. */
  readonly at: number | null;
}) {
  const { world, picture, at } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const land = useLand();
  const [focus, setFocus] = useState<string | null>(null);
  const size = useMemo(() => ({ width, height: Math.round(width * MAP_RATIO) }), [width]);
  const projection = useMemo(() => worldProjection(size), [size]);
  const sheet = { world, picture, at, land, focus, setFocus };

  const spots = new Map(world.estate.locations.map((location) => [location.name, location]));
  const near = tooNear(picture.flows, (name) => {
    const spot = spots.get(name);
    return spot === undefined ? null : projection([spot.longitude, spot.latitude]);
  });
  const nearKey = near.join();
  const close = useMemo(() => {
    const names = nearKey === "" ? [] : nearKey.split(",");
    if (names.length === 0 || width === 0) return null;
    const closeSize = closeUpSize(width);
    const chosen = world.estate.locations.filter(({ name }) => names.includes(name));
    return { size: closeSize, projection: closeProjection(chosen, closeSize) };
  }, [nearKey, world, width]);

  return (
    <figure className="map">
      <div className="map-frame" ref={frame}>
        {width > 0 && (
          <MapSheet
            {...sheet}
            size={size}
            projection={projection}
            covered={close === null || width < NARROW ? NOTHING : [cornerOf(size, close.size)]}
            label="Locations on the map"
          />
        )}
        {close !== null && (
          <div className="map-close">
            <p aria-hidden="true">closer</p>
            <MapSheet {...sheet} {...close} covered={NOTHING} label="Where it moves, closer" />
          </div>
        )}
      </div>
      <Legend picture={picture} focus={focus} />
    </figure>
  );
});

const NOTHING: readonly Box[] = [];

type Size = { readonly width: number; readonly height: number };

function cornerOf(map: Size, close: Size): Box {
  return { left: 0, top: map.height - close.height, right: close.width, bottom: map.height };
}

/** In the corner of the South Pacific, where nobody has a location; on a narrow page below the map. */
function closeUpSize(width: number): Size {
  if (width < NARROW) return { width: width - 2, height: 170 };
  return { width: Math.round(Math.min(340, width * 0.3)), height: Math.round(Math.min(220, width * 0.22)) };
}

const NARROW = 600;
