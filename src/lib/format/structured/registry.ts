// Enter here: formats with fields: JSON, logfmt, CSV, container and journal logs.

import type { Format } from "../format.js";
import { cri } from "./cri.js";
import { csv } from "./csv.js";
import { docker } from "./docker.js";
import { fluent } from "./fluent.js";
import { journald } from "./journald.js";
import { json } from "./json.js";
import { logfmt } from "./logfmt.js";
import { tsv } from "./tsv.js";

/** The formats of structured lines, in the order in which `auto` tries them: the most particular first. */
export const structuredFormats: readonly Format[] = [docker, journald, json, cri, fluent, logfmt, csv, tsv];
