import { table } from "../table.js";
import { entry } from "./entry.js";

const BEGIN_ANEW =
  "or start over with --reset-state: what stages remember is forgotten, and reading goes on where it was";

/** Errors met while reading inputs or writing outputs that are not the store. */
export const inputErrors = {
  "input.unreadable": entry<{
    path: string;
    reason: string;
    lineCommand?: string | undefined;
    hint?: string | undefined;
  }>({
    exitCode: 1,
    message: (f) => `cannot read ${f.path}: ${f.reason}`,
    help: (f) =>
      f.lineCommand === undefined
        ? (f.hint ?? "the other inputs were processed; check the path and its permissions")
        : `operands are files; a line comes through standard input: echo LINE | ${f.lineCommand}`,
  }),
  /** The end of a run in a program: what a command prints as it goes, and its exit code 1. */
  "input.incomplete": entry<{ first: string; others: number; help?: string | undefined }>({
    exitCode: 1,
    message: (f) => (f.others === 0 ? f.first : `${f.first} (and ${f.others} more, see onMessage)`),
    help: (f) => f.help,
  }),
  "input.damaged": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot read all of ${f.path}: ${f.reason}`,
    help: () => "what came before the damage was processed; fetch or write the file again",
  }),
  "input.refused": entry<{ path: string; what: string; command?: string | undefined }>({
    exitCode: 1,
    message: (f) => `cannot read ${f.path}: it is ${f.what}`,
    help: (f) =>
      f.command === undefined
        ? "its bytes are no lines; the other inputs were processed"
        : `make lines of it first: ${f.command} | logpipe ...`,
  }),
  "input.packed": entry<{ path: string; what: string; command?: string | undefined }>({
    exitCode: 1,
    message: (f) => `cannot read ${f.path}: it is ${f.what}`,
    help: (f) =>
      f.command === undefined
        ? "if it is a rotated log, unpack it beside the log under the name of a rotated one: there it is known by what was read of it"
        : `unpack it beside the log, where it is known by what was read of it: ${f.command}`,
  }),
  "input.strict": entry<{ place: string; stage: string; reason: string }>({
    exitCode: 1,
    message: (f) => `${f.place}: ${f.stage}: ${f.reason}`,
    help: () => "without --strict such records are set aside and counted",
  }),
  "exec.unstartable": entry<{ program: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot start ${f.program}: ${f.reason}`,
    help: () =>
      "write a path, or what PATH finds; options of the program stand behind --; --shell for pipes and variables",
  }),
  "stage.unreadable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot read ${f.path}: ${f.reason}`,
    help: () => "nothing was read or written; check the path and its permissions",
  }),
  "stage.open-secret": entry<{ path: string; reason: string; remedy: string }>({
    exitCode: 1,
    message: (f) => `others can get at the keys in ${f.path}: ${f.reason}`,
    help: (f) => `${f.remedy}; new keys, too, if somebody else may have read them`,
  }),
  "stage.stdin-taken": entry<{ what: string }>({
    exitCode: 2,
    message: (f) => `${f.what} and the events cannot both come from standard input`,
    help: () => "name the FILE of the events, or give the keys as a file or <(...)",
  }),
  "stage.failed": entry<{ stage: string; reason: string; where: string }>({
    exitCode: 1,
    message: (f) => `${f.stage} failed: ${f.reason}`,
    help: (f) =>
      `this is a bug in logpipe, please report it with what you ran${f.where === "" ? "" : ` (${f.where})`}; what was not stored is not acknowledged`,
  }),
  "lookup.unusable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot look anything up in ${f.path}: ${f.reason}`,
    help: () => "nothing was read or written; mend the file or the option and run the same command again",
  }),
  "state.other-version": entry<{ stage: string; version: unknown; known: number }>({
    exitCode: 1,
    message: (f) =>
      `the saved state of ${f.stage} has version ${JSON.stringify(f.version)}, this logpipe knows ${f.known}`,
    help: () => "run it once more with the logpipe that saved it, or start over with --reset-state",
  }),
  "state.unusable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot use the saved state ${f.path}: ${f.reason}`,
    help: () => `restore it; ${BEGIN_ANEW}`,
  }),
  "state.changed": entry<{ path: string; difference: string }>({
    exitCode: 1,
    message: (f) => `the saved state ${f.path} is of another pipeline: ${f.difference}`,
    help: () => `run the pipeline as it was; ${BEGIN_ANEW}`,
  }),
  "system.failed": entry<{ call: string; path?: string | undefined; reason: string }>({
    exitCode: 1,
    message: (f) => `${f.call}${f.path === undefined ? "" : ` ${f.path}`}: ${f.reason}`,
    help: () => "the system refused; put that right and run the same command again",
  }),
  "system.no-temporary": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot make a temporary directory in ${f.path}: ${f.reason}`,
    help: () => "set TMPDIR to a directory that you can write to, with room for what is sorted and copied",
  }),
  "system.memory": entry<{ reason: string }>({
    exitCode: 1,
    message: (f) => `out of memory: ${f.reason}`,
    help: () =>
      "allow it more (ulimit -v, the container's limit), or give it less to do at once with --workers 0",
  }),
  "checkpoint.locked": entry<{ path: string; by: string }>({
    exitCode: 1,
    message: (f) => `the checkpoint ${f.path} is in use by ${f.by}`,
    help: () => "stop that process first, or give this one a checkpoint of its own with --checkpoint FILE",
  }),
  "checkpoint.lost": entry<{ path: string }>({
    exitCode: 1,
    message: (f) =>
      `the checkpoint ${f.path} was taken over by another process, which had not heard of this one for a minute`,
    help: () =>
      "what is stored is safe; run it again once the other has ended, or with a checkpoint of its own (--checkpoint FILE)",
  }),
  "checkpoint.unusable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot use the checkpoint ${f.path}: ${f.reason}`,
    help: () => "restore it, or move it away to read every input from its start again",
  }),
  "checkpoint.known": entry<{ path: string; option: string }>({
    exitCode: 2,
    message: (f) => `the checkpoint ${f.path} says already where to go on, and ${f.option} another place`,
    help: () =>
      "leave it away to go on; --from resume-or-end is for the first time only; --checkpoint FILE, another one, starts over",
  }),
  "letters.unwritable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot keep dead letters in ${f.path}: ${f.reason}`,
    help: () =>
      "give --dead-letters a FILE that can be written; with --on-dead-letter-failure warn the events go on without them",
  }),
  "output.acknowledged": entry<{ path: string }>({
    exitCode: 1,
    message: (f) =>
      `${f.path} would be replaced by what is new since the last run, and the checkpoint says that what it holds is done`,
    help: () => "append to it: sink --to file --append -o FILE; or move the file away first",
  }),
  "output.of-journal": entry<{ path: string }>({
    exitCode: 1,
    message: (f) =>
      `${f.path} has what came through the journal of a pipeline with several sinks: how far its sources were read is not known without that`,
    help: (f) =>
      `keep the other sinks; or remove ${f.path}.logpipe, and begin behind what there is: another --checkpoint, with --from end`,
  }),
  "output.locked": entry<{ path: string; by: string }>({
    exitCode: 1,
    message: (f) => `${f.path} is being appended to by ${f.by}`,
    help: () => "stop that process first, or append to another file",
  }),
  "output.progress": entry<{ path: string; directory: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot tell where ${f.path} was at the end of the last run: ${f.reason}`,
    help: (f) =>
      `nothing was read or written; put ${f.directory} right, or remove it to append to the file as it is: what is read again is then there twice`,
  }),
  "output.stuck": entry<{ path: string }>({
    exitCode: 1,
    message: (f) => `${f.path} takes nothing more: whoever reads it has stopped reading`,
    help: () =>
      "the run was asked to stop and has waited two seconds; what had not been taken by then is not written",
  }),
  "output.unwritable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot write ${f.path}: ${f.reason}`,
    help: (f) => WRITABLE_BY[f.reason] ?? "choose another place, then run the same command again",
  }),
} as const;

const FULL = "free some space or choose another place, then run the same command again";

/** What to do, by the reason for which nothing can be written. */
const WRITABLE_BY: Readonly<Record<string, string>> = table({
  "it is closed": "give it somewhere to go: a pipe, a file or /dev/null",
  "no such file or directory": "make the directory first (mkdir -p), or choose another place",
  "a part of the path is not a directory": "choose a path whose every part but the last is a directory",
  "permission denied": "choose a place that you may write to, or ask for the right to this one",
  "it is a directory": "name a file in it",
  "no space left on the device": FULL,
  "disk quota exceeded": FULL,
});
