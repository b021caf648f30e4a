/**
 * The second wall around SQL from strangers: a DuckDB that can read the files of its tables and nothing else, whatever
 * SQL it is given. It holds without the first one; see docs/decisions/0040-two-walls-around-sql.md.
 */
import { join } from "node:path";
import { literal } from "../../store/columns/names.js";
import { openSessionWith, type QuerySession } from "../session.js";
import { type Limits, MAX_EXPRESSION_DEPTH } from "./limits.js";

/**
 * Opens a session whose limits hold. Its files are still open: see `closeFiles`. `scratch` is made by DuckDB when
 * needed.
 */
export async function openGuardedSession(
  limits: Limits,
  scratch: string,
  signal: AbortSignal,
): Promise<QuerySession> {
  const nowhere = join(scratch, "none");
  const settings = {
    threads: String(limits.threads),
    memory_limit: `${Math.floor(limits.memoryBytes / 1024)}KiB`,
    // DuckDB's own, with nothing of ours in it: it stays open to SQL.
    temp_directory: join(scratch, "spill"),
    max_temp_directory_size: `${Math.floor(limits.spillBytes / 1024)}KiB`,
    max_expression_depth: String(MAX_EXPRESSION_DEPTH),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_unsigned_extensions: "false",
    allow_persistent_secrets: "false",
    extension_directory: nowhere,
    secret_directory: nowhere,
    home_directory: nowhere,
    // Errors name no entries of the catalog that were not asked for.
    catalog_error_max_schemas: "0",
  };
  return openSessionWith({ settings, scratch, isGuarded: true, signal });
}

/** From here on only the files of `paths` can be opened. Nothing undoes it. */
export async function closeFiles({ connection }: QuerySession, paths: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(literal).join(", ")}]`);
  await connection.run("SET allowed_directories = []");
  await connection.run("SET enable_external_access = false");
}

/** From here on no setting changes: not the limits, and not this one. */
export async function lockSettings({ connection }: QuerySession): Promise<void> {
  await connection.run("SET allowed_configs = []");
  await connection.run("SET lock_configuration = true");
}
