// Enter here: tables that say in header lines what their columns are.

import type { Format } from "../format.js";
import { w3c } from "./w3c.js";
import { zeek } from "./zeek.js";

/** Formats whose lines are read by header lines before them. */
export const tableFormats: readonly Format[] = [w3c, zeek];
