/** How far a source has been read: what a sink stores with the data, and what a restart resumes from. */
export interface Position {
  /** Who it is a position of: a file's identity, a topic partition, a producer. Stable across restarts. */
  readonly source: string;
  /** Grows with every block of the same source: a byte offset, a message offset, a sequence number. */
  readonly offset: number;
  /**
   * Whole lines before `offset` that were read but belong to what follows (the start of a record that may go on): base64.
   * A source that resumes here hands them over first.
   */
  readonly held?: string;
  /**
   * Fingerprint of what came right before `offset`, in the source's own words. A source that resumes here compares it with what
   * is there now, so that other content in the same place is not taken for this.
   */
  readonly print?: string;
}
