import { houstonClient } from "../api/client.ts";
import { readChatSettings } from "../chat/settings.ts";
import { startChat } from "../chat/start.ts";
import { realClock } from "../runtime/clock.ts";
import { serveUntilTold } from "./serve-until-told.ts";
import type { ChatProcessSettings } from "./settings.ts";

/** `houston chat` as a process of the planet, beside Houston: there when the environment names somebody to tell. */
const { api, memoryFile } = JSON.parse(process.argv[2] ?? "{}") as ChatProcessSettings;
const chat = await startChat({
  settings: readChatSettings(process.env),
  houston: houstonClient({ api, token: process.env["HOUSTON_TOKEN"] ?? "" }),
  clock: realClock(),
  memoryFile,
  log: (_level, says) => void process.stderr.write(`${says}\n`),
});

serveUntilTold(() => chat.stop());
