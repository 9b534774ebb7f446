import { homedir } from "node:os";
import { join } from "node:path";

/** Where what must outlive a restart is kept when nobody says where: the user's state folder. */
export const stateFolder = (): string =>
  join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "houston");
