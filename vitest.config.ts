import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Processes, not threads: tests change signals, descriptors and memory limits.
    pool: "forks",
    // Generous: a slow machine must not fail a test. Nothing is decided by time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
});
