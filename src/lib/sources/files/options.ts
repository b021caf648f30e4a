import { shownName } from "../../base/local/byte-name.js";
import type { Labels } from "../../event/block.js";
import type { Oversized } from "../lines/pieces.js";
import type { FilePool } from "./pooled.js";

/** What every source can be told. */
export interface SourceOptions {
  /** What blocks are labelled with: the path as given, a name, or (absent) nothing. */
  readonly label?: "path" | { readonly name: string } | undefined;
  /** The longest line, in bytes. Default 64 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** Target size of a block. Default 1 MiB. */
  readonly blockBytes?: number | undefined;
  /** Size of the first block of each file. Default 64 KiB. */
  readonly firstBlockBytes?: number | undefined;
  /** Only so many lines before the end of each file, or of standard input. */
  readonly lastLines?: number | undefined;
  /** The command that is given a line on standard input, where somebody may write one in place of a file. */
  readonly lineCommand?: string | undefined;
  /** For files that are read side by side with many others. */
  readonly pool?: FilePool | undefined;
  /** Takes lines that are too long, in pieces. The `onOversized` of the source, which can be set later as well. */
  readonly onOversized?: Oversized | undefined;
}

/** The labels of blocks from `path`; undefined for standard input that was given no name. */
export function labelsOf(path: string, { label }: SourceOptions): Labels | undefined {
  if (label === undefined) return undefined;
  if (label !== "path") return { source: shownName(label.name) };
  return path === "-" ? undefined : { source: shownName(path) };
}
