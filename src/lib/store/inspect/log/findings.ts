/** What is wrong with a table's log, with what follows from it. */
import { NEWEST_NAME } from "../../delta/guard/newest.js";
import { commitName, LOG_DIRECTORY } from "../../delta/listing.js";
import { REPAIR_HELP, type TableFinding } from "../finding.js";
import { guardPath } from "./guard.js";
import type { LogHealth } from "./log-health.js";

export function logFindings(health: LogHealth): TableFinding[] {
  const { commits, broken, missing, base, brokenCheckpoints, lastCheckpoint, drafts, foreign } = health;
  const end = Math.max(base, commits.at(-1) ?? -1);
  const path = (name: string) => `${LOG_DIRECTORY}/${name}`;
  const isNeeded = (version: number) => version > base;
  const consequence = (version: number) =>
    isNeeded(version)
      ? `the table cannot be read beyond version ${version - 1}`
      : `only \`query --as-of\` of versions before ${base} needs it`;
  return [
    ...broken.map(
      ({ version, reason }): TableFinding => ({
        kind: "log-commit-broken",
        isDamage: isNeeded(version),
        path: path(commitName(version)),
        what: `the commit of version ${version} ${reason}: ${consequence(version)}`,
        advice: `put it back from a backup, or ${REPAIR_HELP}: it rebuilds the commit from what the files say of themselves`,
      }),
    ),
    ...missing.map(
      (version): TableFinding => ({
        kind: version > end ? "log-end-missing" : "log-commit-missing",
        isDamage: true,
        path: path(commitName(version)),
        what: `the commit of version ${version} ${version > end ? "was there and is gone" : "is missing"}: ${consequence(version)}`,
        advice: `put it back from a backup, or ${REPAIR_HELP}: it rebuilds the commit from what the files say of themselves`,
      }),
    ),
    ...health.unknownRemoves.map(
      ({ version, path: file, isOurs }): TableFinding => ({
        kind: "log-remove-unknown",
        isDamage: isOurs,
        path: path(commitName(version)),
        what: `version ${version} takes out a file that no version before it has added (${file}): one of those has lost a line`,
        advice:
          "put the log's older commits back from a backup; the newest version may be whole all the same",
      }),
    ),
    ...health.guard.map(
      (fault): TableFinding => ({
        kind: "log-copy",
        isDamage: false,
        path: guardPath(fault),
        what:
          fault.version === undefined && fault.name !== NEWEST_NAME
            ? `the copy of a commit ${fault.reason}; the log does not need it any more`
            : `${fault.name === NEWEST_NAME ? "the note of the newest version" : `the copy of the commit of version ${fault.version}`} ${fault.reason}: should the log lose the commit, nothing tells what it was`,
        advice: `${REPAIR_HELP}: it makes it again`,
      }),
    ),
    ...brokenCheckpoints.map(
      ({ name, reason }): TableFinding => ({
        kind: "log-checkpoint-broken",
        isDamage: true,
        path: path(name),
        what: `the checkpoint cannot be read (${reason}): other engines may fail on the table`,
        advice: `${REPAIR_HELP}: it sets the checkpoint aside; the commits say the same`,
      }),
    ),
    ...(lastCheckpoint === undefined
      ? []
      : [
          {
            kind: "log-last-checkpoint-wrong",
            isDamage: lastCheckpoint.isDamage,
            path: path("_last_checkpoint"),
            what: `_last_checkpoint ${lastCheckpoint.reason}${lastCheckpoint.isDamage ? ": other engines may fail on the table" : ""}`,
            advice: `${REPAIR_HELP}: it rewrites the file`,
          } as const,
        ]),
    ...drafts.map(
      (name): TableFinding => ({
        kind: "log-draft",
        isDamage: false,
        path: path(name),
        what: "what a process that died was writing; it never counted",
        advice: `nothing needs to be done; ${REPAIR_HELP} to remove it`,
      }),
    ),
    ...foreign.map(
      (name): TableFinding => ({
        kind: "foreign",
        isDamage: false,
        path: path(name),
        what: "no file of a Delta log that logpipe knows",
        advice: "leave it if another engine made it",
      }),
    ),
  ];
}
