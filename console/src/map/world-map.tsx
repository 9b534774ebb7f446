import "./map.css";
import { memo, useMemo, useRef, useState } from "react";
import type { World } from "../../../src/api/contract.ts";
import type { Picture } from "../picture/picture.ts";
import { closeProjection, closeUpBox, sizeOf, tooNear } from "./close-up.ts";
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
    const corner = closeUpBox({ estate: world.estate, size, projection });
    const closeSize = corner === null ? { width: width - 2, height: BELOW_HEIGHT } : sizeOf(corner);
    const chosen = world.estate.locations.filter(({ name }) => names.includes(name));
    return { corner, sheet: { size: closeSize, projection: closeProjection(chosen, closeSize) } };
  }, [nearKey, world, width, size, projection]);
  const corner = close?.corner ?? null;
  const covered = useMemo(() => (corner === null ? [] : [corner]), [corner]);

  return (
    <figure className="map">
      <div className="map-frame" ref={frame}>
        {width > 0 && (
          <MapSheet {...sheet} size={size} projection={projection} covered={covered} label="Locations on the map" />
        )}
        {close !== null && (
          <div className={corner === null ? "map-close below" : "map-close"} style={{ left: corner?.left ?? 0 }}>
            <p aria-hidden="true">closer</p>
            <MapSheet {...sheet} {...close.sheet} covered={NOTHING} label="Where it moves, closer" />
          </div>
        )}
      </div>
      <Legend picture={picture} focus={focus} />
    </figure>
  );
});

const NOTHING: readonly Box[] = [];

/** Below the map where the map is too narrow, or has people everywhere. */
const BELOW_HEIGHT = 170;
