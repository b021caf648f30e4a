/** From the words of a command line to an exit code: finds the command, reads its options, runs it. */
import { existsSync } from "node:fs";
import { registry } from "./commands/registry.js";
import { failure, LogpipeError } from "./lib/base/errors/index.js";
import { localPath } from "./lib/base/local/path.js";
import { firstOperand, hasFlag, parseWords, withDefaults } from "./lib/options/command-line.js";
import {
  allOptions,
  type Everywhere,
  everywhere,
  type PipelineOptions,
  pipelineOptions,
  settable,
  storeOptions,
} from "./lib/options/common.js";
import { flagName, type Options } from "./lib/options/options.js";
import {
  ignoredText,
  type LoadedSettings,
  loadSettings,
  needsConsent,
  settingsFor,
  variableName,
} from "./lib/options/settings.js";
import { isExpanding } from "./lib/pipeline/contract/expansion.js";
import type { AnyDeclaration, CommandDeclaration } from "./lib/pipeline/contract/stage.js";
import type { Terminal } from "./lib/pipeline/contract/terminal.js";
import { checkOperands, checkUnused, pipelineOf, runOptionsOf } from "./lib/pipeline/read/build.js";
import { quotedForShell } from "./lib/sources/files/shell.js";
import { reportError } from "./report.js";

/** What the command line says about the terminal itself. */
export interface Manners {
  readonly color: "auto" | "always" | "never";
  readonly verbosity: Terminal["verbosity"];
}

/** Makes the Terminal once the flags are known. Before that, errors are printed to the one with no flags. */
export type OpenTerminal = (manners: Manners) => Terminal;

/**
 * Runs `logpipe WORDS` and returns the exit code. Prints errors itself; throws only what is a bug. `begin` is called
 * before anything is done that a stop signal must not cut short: until then files are read in one go, and a FIFO among
 * them may never end.
 */
export async function dispatch(
  words: readonly string[],
  open: OpenTerminal,
  begin: () => void = () => {},
): Promise<number> {
  const plain = open({ color: "auto", verbosity: "normal" });
  const route = await withFile(routeOf(words), words);
  let declaration: AnyDeclaration | undefined;
  try {
    declaration = await findCommand(route);
    return await runCommand(declaration, route.words, { open, begin }, plain);
  } catch (error) {
    if (plain.signal.aborted && isInterruption(error, plain.signal)) return Number(plain.signal.reason);
    const code = await reportError(error, route.command, declaration, plain.stderr);
    return plain.signal.aborted && isStuck(error) ? Number(plain.signal.reason) : code;
  }
}

interface Route {
  readonly command: string;
  readonly words: readonly string[];
}

/** Common options may stand before the command: `logpipe -q parse` is `logpipe parse -q`. */
function routeOf(words: readonly string[]): Route {
  const common = { ...everywhere, ...pipelineOptions };
  const at = firstOperand(common, words);
  if (words.length === 0) return { command: "help", words };
  if (at < 0 && isVersion(words)) return { command: "version", words: [] };
  if (at < 0) return { command: "help", words: words.filter((word) => word !== "-h" && word !== "--help") };
  const rest = [...words.slice(0, at), ...words.slice(at + 1)];
  return Object.hasOwn(registry.groups, words[at]!)
    ? groupRoute(words[at]!, rest)
    : { command: words[at]!, words: rest };
}

/** A group's command is its first two words that are no options: `store info`. A group alone is a question for help. */
function groupRoute(group: string, words: readonly string[]): Route {
  const at = firstOperand({ ...everywhere, ...pipelineOptions, ...storeOptions }, words);
  const rest = words.filter((_, index) => index !== at);
  if (at >= 0) return { command: `${group} ${words[at]}`, words: rest };
  return { command: "help", words: [group, ...rest.filter((word) => word !== "-h" && word !== "--help")] };
}

/**
 * Words without a command are about files that are to be looked at: `logpipe -f app.log` is `logpipe view -f app.log`.
 * Whatever is no option of `view` or its value must be one of those, or be asked of them; or be left to standard input.
 */
async function withFile(route: Route, words: readonly string[]): Promise<Route> {
  const { command } = route;
  if (["version", "help"].includes(command) || registry.names.includes(command)) return route;
  if ((await registry.load(command)) !== undefined) return route;
  const { isForView } = await import("./lib/show/for-view.js");
  const options = allOptions((await registry.load("view"))!);
  return (await isForView(options, words)) ? { command: "view", words } : route;
}

function isVersion(words: readonly string[]): boolean {
  return words.includes("--version") || words.includes("-V");
}

async function findCommand({ command, words }: Route): Promise<AnyDeclaration> {
  if (command === "version") return (await import("./version.js")).default;
  const declaration = await registry.load(command);
  if (declaration !== undefined) return declaration;
  if (/^\d+$/.test(command) && words.includes("-n")) {
    const file = words.find((word) => !word.startsWith("-")) ?? "FILE";
    throw registry.unknownCommand(command, `logpipe ${quotedForShell(file)} --tail ${command}`);
  }
  const { commandFor } = await import("./lib/show/elsewhere/words.js");
  throw registry.unknownCommand(command, commandFor(command, words));
}

async function runCommand(
  declaration: AnyDeclaration,
  words: readonly string[],
  { open, begin }: { readonly open: OpenTerminal; readonly begin: () => void },
  plain: Terminal,
): Promise<number> {
  const options = allOptions(declaration);
  if (hasFlag(options, words, "help")) return showHelp(declaration.name, open);
  const parsed = await parsedWords(declaration.name, options, words);
  const settings = await settingsOf(declaration, parsed.options, plain);
  const given = {
    ...settingsFor(declaration.name, options, settings.values, parsed.options),
    ...parsed.options,
  };
  const values = withDefaults(options, given);
  checkOperands(declaration, parsed.operands);
  checkOrder(declaration, parsed.operands);
  checkUnused(declaration, { operands: parsed.operands, options: values as never }, parsed.options);
  begin();
  const terminal = withSettings(open(mannersOf(values as never)), settings);
  for (const file of settings.ignored) terminal.notice(ignoredText(file));
  const watched = watchComplaints(terminal);
  const code = await perform(declaration, parsed.operands, { values, given }, watched.terminal);
  if (terminal.signal.aborted && code !== 70) return Number(terminal.signal.reason);
  return code === 0 && watched.hasComplained() ? 1 : code;
}

/** Throws as `parseWords` does, with what to write for an option that others have. */
async function parsedWords(command: string, options: Options, words: readonly string[]) {
  let unknown: string | undefined;
  try {
    return parseWords(command, options, words, (error, _, option) => {
      if (error.code === "usage.unknown-option") unknown = option;
      return error;
    });
  } catch (error) {
    if (unknown === undefined) throw error;
    const { hintForOption } = await import("./lib/show/elsewhere/options.js");
    const hint = command === "help" ? await hintForFile(unknown) : hintForOption(command, unknown, options);
    throw hint === undefined ? error : failure("usage.unknown-option", { command, option: unknown, hint });
  }
}

/** Throws usage.bad-value for a file in the place of what is none, and the other way round: `top a.log user`. */
function checkOrder({ name, operands: declared }: AnyDeclaration, operands: readonly string[]): void {
  const [first, second, ...others] = operands;
  const isOwnFirst = declared[0]?.isLocal !== true && declared[1]?.isLocal === true;
  if (!isOwnFirst || first === undefined || second === undefined || second === "-") return;
  if (existsSync(second) || !/[./]/.test(first) || !existsSync(first)) return;
  // A pipeline may be a file, too: then the other is an input that is not there.
  if (declared[0]?.name === "PIPELINE" && !registry.names.includes(second.trim().split(/\s/, 1)[0]!)) return;
  const turned = [second, first, ...others].map(quotedForShell).join(" ");
  const reason = `it is a file, and ${second} is none`;
  const hint = `the other way round: logpipe ${name} ${turned}`;
  throw failure("usage.bad-value", { option: declared[0]!.name, value: first, reason, hint });
}

/** `logpipe -f` is `help -f`, and would be `view -f` with a file. */
async function hintForFile(option: string): Promise<string | undefined> {
  const ofView = allOptions((await registry.load("view"))!);
  const isOfView = Object.entries(ofView).some(
    ([name, { short }]) => option === `-${short}` || option === flagName(name),
  );
  return isOfView ? `name a file to look at: logpipe ${option} app.log` : undefined;
}

/** All options, and those of them that the command line or the settings give. */
interface Values {
  readonly values: Record<string, unknown>;
  readonly given: Readonly<Record<string, unknown>>;
}

async function perform(
  declaration: AnyDeclaration,
  operands: readonly string[],
  { values, given }: Values,
  terminal: Terminal,
): Promise<number> {
  if (declaration.kind === "command")
    return performCommand(declaration, operands, { values, given }, terminal);
  const own = Object.fromEntries(Object.keys(declaration.options).map((name) => [name, values[name]]));
  const step = { operands, options: own as never };
  const common = values as unknown as PipelineOptions;
  const options = runOptionsOf(common, declaration.options);
  const { hostOf, printPlan, startPipeline } = await import("./lib/pipeline/run/start.js");
  if (isExpanding(declaration)) {
    const { pipeline, longWay } = await declaration.expand(
      step,
      hostOf(terminal),
      options.result?.format !== undefined,
    );
    if (!common.dryRun) return startPipeline(pipeline, options, terminal, declaration.name);
    const into = common.output === undefined ? "" : ` -o ${quotedForShell(common.output)}`;
    const to = common.to === undefined ? "" : ` --to ${common.to}`;
    await terminal.stdout.write(`${longWay}${to}${into}\n`);
    return 0;
  }
  const pipeline = pipelineOf(declaration, step);
  if (common.dryRun) return printPlan(pipeline, options, terminal);
  return startPipeline(pipeline, options, terminal, declaration.name);
}

/** A command that has no `--output` of its own gets its standard output replaced. */
async function performCommand(
  declaration: CommandDeclaration,
  operands: readonly string[],
  { values, given: named }: Values,
  terminal: Terminal,
): Promise<number> {
  const given = { operands, options: values as never, named: Object.keys(named) };
  const path = values["output"] as string | undefined;
  if ("output" in declaration.options || path === undefined || path === "-")
    return declaration.run(given, terminal, registry);
  const { OutputFile } = await import("./lib/sinks/file/output-file.js");
  const { outputOn } = await import("./lib/sinks/file/output.js");
  const file = await OutputFile.open(localPath(terminal.cwd, path, "--output"), terminal.signal);
  const output = outputOn(file);
  try {
    const code = await declaration.run(given, { ...terminal, stdout: output }, registry);
    await output.drained();
    await file.commit();
    return code;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

async function showHelp(name: string, open: OpenTerminal): Promise<number> {
  const help = (await registry.load("help")) as CommandDeclaration;
  const options = withDefaults(help.options, {}) as never;
  return help.run(
    { operands: name === "version" ? [] : name.split(" "), options },
    open({ color: "auto", verbosity: "normal" }),
    registry,
  );
}

/** Help, completion and the like work whatever the settings files hold; `config` reads them itself. */
async function settingsOf(
  declaration: AnyDeclaration,
  given: Readonly<Record<string, unknown>>,
  terminal: Terminal,
): Promise<LoadedSettings> {
  const isIndependent = ["help", "completion", "config", "version"].includes(declaration.name);
  if (isIndependent) return { values: new Map(), ignored: [] };
  const { cwd, env } = terminal;
  return loadSettings({ cwd, env, config: given["config"] as string | undefined, commands: registry.names });
}

/** Common settings of files become variables too, so that whoever reads LOGPIPE_STORE need not know of files. */
function withSettings(terminal: Terminal, { values }: LoadedSettings): Terminal {
  const env = { ...terminal.env };
  for (const setting of values.values()) {
    const { key, texts } = setting;
    const option = Object.hasOwn(settable, key) ? settable[key] : undefined;
    if (option !== undefined && !needsConsent(setting, option)) env[variableName(key)] ??= texts.join(",");
  }
  return { ...terminal, env };
}

function mannersOf(values: Everywhere): Manners {
  const verbosity = values.quiet ? "quiet" : values.verbose ? "verbose" : "normal";
  return { color: values.color, verbosity };
}

function watchComplaints(terminal: Terminal): { terminal: Terminal; hasComplained: () => boolean } {
  let hasComplained = false;
  const complain: Terminal["complain"] = (text, help) => {
    hasComplained = true;
    terminal.complain(text, help);
  };
  return { terminal: { ...terminal, complain }, hasComplained: () => hasComplained };
}

/** Of what only the stop has made an error. */
function isStuck(error: unknown): boolean {
  return error instanceof LogpipeError && error.code === "output.stuck";
}

function isInterruption(error: unknown, signal: AbortSignal): boolean {
  // What throwIfAborted throws is the exit code itself.
  if (error === signal.reason) return true;
  return !(error instanceof LogpipeError) && error instanceof Error && error.name === "AbortError";
}
