import { bareEnd, quotedEnd } from "../../keyed/ends.js";
import { argumentListAt, placeInList } from "../../text/argument-list.js";
import { type ByteSpan, detector, endOf, isPlaceholder, isWordAt } from "../detector.js";

/** How far behind the name of a program its options are looked for. */
const LINE_MAX = 2048;
interface Program {
  readonly names: readonly string[];
  /** The options that take a secret, up to the value itself; a quote in it is closed behind the secret. */
  readonly option: string;
  /** It is no option but the words right behind the name. */
  readonly isPositional?: true;
}

/** Options of one letter that take a password, from the manuals of the programs. */
const PROGRAMS: readonly Program[] = [
  {
    names: ["curl", "wget", "httpie"],
    option: `(?:-[a-zA-Z]{0,8}u|-U|--user|--proxy-user|-a)[ =]?["']?[^\\t-\\r :"']{0,128}:`,
  },
  { names: ["curl"], option: `-b ["']?[^\\t-\\r "'=]{1,64}=` },
  { names: ["mysql", "mariadb"], option: "-p(?=[^\\t-\\r ])" },
  { names: ["net user "], option: "[^\\t-\\r /-][^\\t-\\r ]{0,64} (?=[^\\t-\\r /*])", isPositional: true },
  // A device, the share, the password; /user: may stand before it.
  {
    names: ["net use "],
    option:
      "(?:(?:[A-Za-z]:|\\*|LPT\\d:?) {1,4})?\\\\{2,4}[^\\t-\\r ]{1,256} {1,4}(?:/user:[^\\t-\\r ]{1,128} {1,4})?(?=[^\\t-\\r /*])",
    isPositional: true,
  },
  {
    names: [
      "sshpass",
      "mongo",
      "docker login",
      "podman login",
      "helm registry login",
      "az login",
      "ftp ",
      "lftp",
      "cqlsh",
      "influx",
      "psexec",
      "arangosh",
      "clickhouse-client",
    ],
    option: "-p[ =]?",
  },
  { names: ["redis-cli", "valkey-cli", "keydb-cli"], option: "-a " },
  { names: ["sqlcmd", "bcp ", "isql", "ipmitool", "unzip", "zip "], option: "-P ?" },
  { names: ["ldap"], option: "-w " },
  {
    names: ["smbclient", "rpcclient"],
    option: "-U ?[\"']?[^\\t-\\r %\"']{1,128}%",
  },
  {
    names: ["openssl"],
    option: "(?:-(?:pass|passin|passout)[ =]|-k[ =])[\"']?(?:pass:)?(?!(?:env|file|fd|stdin)\\b)",
  },
  { names: ["7z a", "7z x", "7za ", "rar "], option: "-p(?=[^\\t-\\r ])" },
  { names: ["snmp"], option: "-[AXc] ?" },
];

/**
 * Where an option ends that begins at or behind a place of a text, remembered for the places that follow: names of
 * programs one after the other, with no such option, would each look through what is behind them.
 */
class Options {
  readonly #pattern: RegExp;
  #text = "";
  #from = 0;
  /** Of the first option from there on; -1: there is none. */
  #start = -1;
  #end = -1;

  constructor(source: string) {
    this.#pattern = new RegExp(`(?<=[ \\t"'])${source}`, "g");
  }

  /** Undefined: there is none. */
  first(text: string, from: number): ByteSpan | undefined {
    const isKnown = from >= this.#from && (this.#start < 0 || from <= this.#start);
    if (!isKnown || text !== this.#text) {
      this.#pattern.lastIndex = from;
      const found = this.#pattern.exec(text);
      this.#text = text;
      this.#from = from;
      this.#start = found?.index ?? -1;
      this.#end = found === null ? -1 : this.#pattern.lastIndex;
    }
    return this.#start < 0 ? undefined : { start: this.#start, end: this.#end };
  }
}

interface Compiled {
  readonly name: string;
  readonly options: Options;
  readonly isPositional: boolean;
}

const COMPILED: readonly Compiled[] = PROGRAMS.flatMap(({ names, option, isPositional = false }) =>
  names.map((name) => ({ name, options: new Options(option), isPositional })),
);

export const commandLine = detector({
  name: "command-line",
  summary:
    "passwords behind short options of well-known programs: `curl -u ada:...`, `mysql -p...`, `sshpass -p ...`",
  label: "COMMAND_SECRET",
  isDefault: true,
  group: "secrets",
  prefixes: [...new Set(COMPILED.flatMap(({ name }) => [name, ...inLists(name.split(" ")[0]!)]))],
  findInList: inList,
  find(text, at) {
    if (at > 0 && isWordAt(text, at - 1)) return undefined;
    if (argumentListAt(text, at) !== undefined) return inList(text, at);
    for (const program of COMPILED) {
      const span = text.startsWith(program.name, at) ? secretOf(program, text, at) : undefined;
      if (span !== undefined) return span;
    }
    return undefined;
  },
  positives: [
    "curl -s -u ada:«hunter2» https://x.example/",
    "sh -c 'mysqldump -h db -uroot -p«S3cr3t!» shop'",
    "sshpass -p «hunter2» ssh ada@10.0.0.1",
    'redis-cli -h cache -a "«pa ss»" ping',
    "docker login -u ada -p «dckr1» registry.example",
    "openssl pkcs12 -in a.p12 -passin pass:«x1»",
    "smbclient //nas/share -U ada%«hunter2»",
    "net use Z: \\\\srv\\share «S3cr» /user:ada",
    "net use \\\\srv\\share «S3cr» & net user ada «S3cr» /add",
    '["mysql","-uroot","-p«x1»"] ["/usr/bin/sshpass", "-p", "«x 1»", "ssh"]',
    "['curl','-u','ada:«x;\\'1»','https://x.example']",
    '{\\"cmd\\":[\\"docker\\",\\"login\\",\\"-u\\",\\"ann\\",\\"-p\\",\\"«x1»\\"]}',
    `["sudo","redis-cli","-a","«${"x1".repeat(300)}»","ping"]`,
    "net use * \\\\srv\\share /user:ada «hunter2»",
    `["7z","x","-p«S3cr3t!»","a.7z"] ['az', 'login', '-u', 'ada', '-p', '«x 1»']`,
    '{\\"argv\\":[\\"az\\",\\"login\\",\\"-p\\",\\"«x1»\\"]}',
    'curl -u "ada:«two words»" https://x.example/',
    "curl -u 'ada:«it'\\''s»' https://x.example/",
    "mysql -u ada -p«a;b&c(d» shop",
    `docker login -u ada -p «${"q7".repeat(400)}» registry.example`,
  ],
  negatives: [
    "mysql -p shop",
    "curl -u ada https://x.example:8443/",
    "mkdir -p /srv/data",
    "curl -sf http://a.example | tee -p out",
    "openssl enc -pass env:KEY -in a",
    "ssh -p 2222 host",
    '["mysql","-p","shop"], ["ssh","-p","22"], ["mkdir","-p","/a"]',
    '{"words":["docker","curl","-u"]}',
    "net use \\\\srv\\share *",
    "net use Z: \\\\srv\\share",
    "net use Z: \\\\srv\\share * /user:ada",
    "net user ada *** /add, then openssl enc -pass env:KEY -in a",
    "net user ada * /add and more words behind it",
    '["az","vm","list","-p","x"], ["7z","l","a.7z"]',
    '["az","vm","list","-p","x"], ["7z","l","a.7z"]',
  ],
});

/**
 * How a program begins in a list, where "docker login" is two strings: a short name counts with the quote behind it.
 */
function inLists(name: string): readonly string[] {
  return name.length >= 3 ? [name] : ['"', "'", "\\"].map((quote) => `${name}${quote}`);
}

/** The secret of a list of arguments whose program is at `at`. */
function inList(text: string, at: number): ByteSpan | undefined {
  const list = at > 0 && isWordAt(text, at - 1) ? undefined : argumentListAt(text, at);
  if (list === undefined) return undefined;
  for (const program of COMPILED) {
    const span = list.line.startsWith(program.name) ? secretOf(program, list.line, 0) : undefined;
    if (span !== undefined) return placeInList(list, span.start);
  }
  return undefined;
}

function secretOf({ name, options, isPositional }: Compiled, text: string, at: number): ByteSpan | undefined {
  const from = at + name.length - 1;
  const cut = text.slice(from, at + LINE_MAX).search(/[\n|;]|&&/);
  const lineEnd = cut < 0 ? Math.min(text.length, at + LINE_MAX) : from + cut;
  const option = options.first(text, from);
  if (option === undefined || option.end > lineEnd) return undefined;
  if (isPositional && text.slice(at + name.length, option.start).trim() !== "") return undefined;
  const span = valueBehind(text, option);
  if (span === undefined) return undefined;
  const secret = text.slice(span.start, Math.min(span.end, span.start + 128));
  return isPlaceholder(text.slice(span.start, span.start + 128)) || /^(?:\$|<|\{\{|[*.x-]+$)/i.test(secret)
    ? undefined
    : span;
}

/** The secret behind an option, to its real end: the quote that is closed, or a blank. */
function valueBehind(text: string, option: ByteSpan): ByteSpan | undefined {
  const start = option.end;
  const [, slashes = "", quote = ""] = LAST_QUOTE.exec(text.slice(option.start, start)) ?? [];
  if (quote !== "") {
    const { end, isClosed } = quotedEnd(text, start, quote, slashes.length);
    if (isClosed) return end > start ? { start, end } : undefined;
  }
  const open = endOf(OPEN_QUOTE, text, start);
  if (open < 0) {
    const end = bareEnd(text, start);
    return end > start ? { start, end } : undefined;
  }
  const { end } = quotedEnd(text, open, text.charAt(open - 1), open - 1 - start);
  return end > open ? { start: open, end } : undefined;
}

/** A quote that was opened within the option and holds the secret as well: `-u "ada:two words"`. */
const LAST_QUOTE = /(\\{0,7})(["'])[^"'\\]*$/;
const OPEN_QUOTE = /\\{0,7}["']/y;
