import type { SourceOptions } from "../files/options.js";
import type { OpenCall } from "../identity/open-handles.js";

/** What `openFollow` can be told. */
export interface FollowOptions extends SourceOptions {
  /** False: read what is there, once, and end. Default true. */
  readonly isFollowing?: boolean;
  /** Where to remember what is durable downstream. Absent: nowhere. */
  readonly checkpoint?: string | undefined;
  /** The directory of the table that they go to, for messages. */
  readonly table?: string | undefined;
  /**
   * Where files start that are there already, when nothing is known of any: "start", "end", or so many lines before the
   * end. Default "start". Those that come later start at their start.
   */
  readonly from?: "start" | "end" | number;
  /** The option that says so and is to be refused where the checkpoint knows better. */
  readonly fromOption?: string | undefined;
  /** How long a renamed or deleted file is still read after it was last written to. Default 10 s. */
  readonly graceMs?: number;
  /** How often files are looked at where the system does not tell of changes. Default 200 ms. */
  readonly pollMs?: number;
  /** Default 256, or what the process may still open less a reserve. */
  readonly mostOpenFiles?: number;
  /** Stands in for open(2). */
  readonly openCall?: OpenCall;
}
