// Enter here: logs of firewalls, audit and security devices.

import type { Format } from "../format.js";

/** Logs of firewalls, audit and security devices, the most particular first. */
export const securityFormats: readonly Format[] = [];
