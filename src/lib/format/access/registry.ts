import type { Format } from "../format.js";
import { combined } from "./combined.js";
import { common } from "./common.js";

/** Access logs of web servers and proxies, the most particular first. */
export const accessFormats: readonly Format[] = [combined, common];
