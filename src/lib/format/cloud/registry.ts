// Enter here: logs of cloud services: load balancers, flow logs.

import type { Format } from "../format.js";

/** Logs of cloud services, the most particular first. */
export const cloudFormats: readonly Format[] = [];
