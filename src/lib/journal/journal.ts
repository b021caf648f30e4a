// Enter here: a durable queue that several readers read from, each at its own place; types.ts says what it is given.
export type {
  FeedSegment,
  JournalFeed,
  JournalLosses,
  JournalOptions,
  JournalReader,
  JournalStats,
  OnFull,
  ReaderOptions,
  ReaderStats,
} from "./types.js";
