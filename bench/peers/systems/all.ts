import { gdnsd, gdnsdDefaults } from "./gdnsd.ts";
import { haproxy, haproxyDefaults, haproxyRetries } from "./haproxy.ts";
import { houston, houstonHaproxy, houstonPowerdns, houstonTwo } from "./houston.ts";
import { nginx, nginxDefaults } from "./nginx.ts";
import { powerdns, powerdnsDefaults } from "./powerdns.ts";
import type { System } from "./system.ts";

/** In the order of the page. */
export const systems: readonly System[] = [
  houston,
  houstonTwo,
  houstonPowerdns,
  houstonHaproxy,
  powerdns,
  gdnsd,
  powerdnsDefaults,
  gdnsdDefaults,
  haproxy,
  haproxyRetries,
  haproxyDefaults,
  nginx,
  nginxDefaults,
];
