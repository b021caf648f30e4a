// Enter here: logs of databases.

import type { Format } from "../format.js";

/** Logs of databases, the most particular first. */
export const databaseFormats: readonly Format[] = [];
