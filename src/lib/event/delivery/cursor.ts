/**
 * Where a source that can be read again goes on: once a block is stored, all before its cursor is. Streams are few and
 * long-lived (files, partitions, tables), since a table keeps the cursor of each. Ids of clients that send are no
 * streams: see `ProducerIndex`.
 */
export interface Cursor {
  /** Whose it is: a file's identity, a partition. The same in every run; its first part is the `id` of the source. */
  readonly stream: string;
  /** Grows with every block of the stream: a byte offset, a message offset, a number of rows. */
  readonly offset: number;
  /**
   * Fingerprint of what came right before `offset`, in the source's own words: a source that resumes here compares it
   * with what is there now, so that other content in the same place is not taken for this.
   */
  readonly print?: string | undefined;
}
