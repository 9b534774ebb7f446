import { adminServer } from "../admin-server.ts";
import { serveUntilTold } from "../serve-until-told.ts";
import { planetPopulation, type UsersSettings } from "./planet-users.ts";
import { startPopulation } from "./population.ts";
import { usersAdmin } from "./users-admin.ts";

/** The users of the planet as a process: settings as one JSON argument, the token in the environment. */
const settings = planetPopulation(JSON.parse(process.argv[2] ?? "{}") as UsersSettings);
const token = process.env["HOUSTON_TOKEN"];
if (!token) {
  process.stderr.write(
    "users: no HOUSTON_TOKEN in the environment. Fix: start them with `houston up`, which makes one\n",
  );
  process.exit(2);
}
const population = await startPopulation(settings);
const admin = await adminServer({
  address: "127.20.0.60",
  port: 7000,
  token,
  handle: usersAdmin(population, {
    locations: settings.locations.map(({ name }) => name),
    zones: settings.zones.map(({ name }) => name),
    roundTripMs: (zone, location) => settings.zones[zone]?.roundTripMs[location] ?? 0,
  }),
});
serveUntilTold(async () => {
  await Promise.all([admin.stop(), population.stop()]);
});
