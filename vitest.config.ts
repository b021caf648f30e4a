import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Processes, not threads: tests change signals, descriptors and memory limits.
    pool: "forks",
    // Most tests wait for child processes or the disk: as many files at once as processors, not one fewer.
    maxWorkers: "100%",
    // Generous: a slow machine must not fail a test. Nothing is decided by time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
});
