// Enter here: logs of databases.

import type { Format } from "../format.js";
import { cassandra } from "./cassandra.js";
import { clickhouse } from "./clickhouse.js";
import { cockroach } from "./cockroach.js";
import { mongodb } from "./mongodb.js";
import { mysqlError } from "./mysql-error.js";
import { mysqlGeneral } from "./mysql-general.js";
import { mysqlSlow } from "./mysql-slow.js";
import { postgresql } from "./postgresql.js";
import { postgresqlCsv } from "./postgresql-csv.js";

/** Logs of databases, the most particular first. */
export const databaseFormats: readonly Format[] = [
  mysqlSlow,
  mysqlGeneral,
  mysqlError,
  mongodb,
  clickhouse,
  cassandra,
  cockroach,
  postgresqlCsv,
  postgresql,
];
