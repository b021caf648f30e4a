/** What a restricted query is told, and what comes back beside its rows: JSON, as it passes between processes. */
import type { ErrorCode } from "../../base/errors/index.js";
import type { FormatName } from "../../options/result-format.js";
import type { AsOf } from "../../store/delta/snapshot.js";
import type { QueryInput } from "../inputs/inputs.js";
import type { Limits } from "./limits.js";

/** Formats that a restricted query can give: Parquet is written by DuckDB to a file. */
export const RESTRICTED_FORMATS = ["table", "ndjson", "json", "csv", "tsv", "md", "arrow"] as const;
export type RestrictedFormat = Exclude<FormatName, "parquet">;

export interface Request {
  readonly sql: string;
  /** The path of the store; absent: none. */
  readonly store?: string;
  /** It is no error that there is no store at the path. */
  readonly isStoreOptional: boolean;
  /** Those of the store's tables that the query may name; all when absent. */
  readonly tables?: readonly string[];
  readonly inputs: readonly QueryInput[];
  readonly range: RangeText;
  readonly format: RestrictedFormat;
  readonly screen: OutputScreen;
  readonly limits: Limits;
  /** An empty directory for this query alone. Who makes it removes it. */
  readonly scratch: string;
}

/** A TimeRange; JSON has no whole numbers of 64 bits. */
export interface RangeText {
  readonly sinceNs?: string;
  readonly untilNs?: string;
  readonly asOf?: AsOf;
  readonly timeField?: string;
}

export interface OutputScreen {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  readonly columns: number;
}

export type AnswerOutcome =
  /** `bytes`: of the result, written before this message. */
  | { readonly kind: "done"; readonly bytes: number; readonly rows: number }
  | { readonly kind: "notice"; readonly text: string }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly help?: string;
      readonly exitCode: 1 | 2;
      /** Of the result, written before it failed. */
      readonly bytes: number;
    };
