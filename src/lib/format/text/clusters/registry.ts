// Enter here: formats of clusters and of the logs that research on logs is done with.
import type { Format } from "../../format.js";
import { bgl } from "./bgl.js";
import { hpcEvents } from "./hpc-events.js";
import { openstack } from "./openstack.js";
import { proxifier } from "./proxifier.js";
import { supercomputerSyslog } from "./supercomputer-syslog.js";

export const clusterFormats: readonly Format[] = [bgl, supercomputerSyslog, openstack, hpcEvents, proxifier];
