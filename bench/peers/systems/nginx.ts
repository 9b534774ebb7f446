import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_PORT } from "../world.ts";
import { startEdge } from "./edge-program.ts";
import { nearestAddresses, type StartOptions, type System } from "./system.ts";

/** nginx from Debian, one server for each zone. It has no health checks: it sees what happens to users' requests. */
export const nginxDefaults: System = {
  name: "nginx-defaults",
  kind: "edge",
  isOurs: false,
  says: "as documented: the others as backup, out for 10 s after one failure, time-outs of 60 s",
  start: (options) => start(options, { server: "", location: "" }),
};

export const nginx: System = {
  name: "nginx",
  kind: "edge",
  isOurs: false,
  says: "out for 10 s after 3 failures, time-outs of 200 and 500 ms, 5xx and time-outs of GET tried again once",
  start: (options) =>
    start(options, {
      server: "max_fails=3 fail_timeout=10s",
      location: `proxy_connect_timeout 200ms; proxy_read_timeout 500ms; proxy_send_timeout 500ms;
      proxy_next_upstream error timeout http_500 http_502 http_503 http_504;
      proxy_next_upstream_tries 2; proxy_next_upstream_timeout 900ms;`,
    }),
};

async function start(options: StartOptions, how: { readonly server: string; readonly location: string }) {
  const { folder, range, locations, zones, host } = options;
  const fronts = zones.map((_, index) => `${range}.${index + 1}`);
  const parts = zones.map((zone, index) => {
    const servers = nearestAddresses(zone, locations).map(
      (address, place) => `    server ${address}:${SERVICE_PORT} ${how.server}${place > 0 ? " backup" : ""};`,
    );
    return `  upstream to-${zone.name} {
${servers.join("\n")}
    keepalive 64;
  }
  server {
    listen ${fronts[index]}:${SERVICE_PORT};
    location / {
      proxy_pass http://to-${zone.name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      ${how.location}
    }
  }
`;
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (each) => `  ${each}_temp_path ${join(folder, each)};`,
  );
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off;
worker_processes 1;
pid ${join(folder, "pid")};
error_log ${join(folder, "error.log")};
events { }
http {
  access_log off;
${temporary.join("\n")}
${parts.join("")}}
`,
  );
  return startEdge({
    argv: ["nginx", "-c", file, "-p", folder, "-e", join(folder, "error.log")],
    folder,
    debianPackage: "nginx-light",
    fronts,
    host,
  });
}
