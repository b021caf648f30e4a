/** What the lines of stack traces look like, runtime by runtime. Every pattern is anchored and takes time linear in the line. */

/**
 * A name like `java.io.IOException`, alone or followed by a colon: it closes a Python traceback and opens the others. Elasticsearch
 * up to 6 writes `MapperParsingException[no mapping]; nested: ...`.
 */
const SUFFIX = "(?:Error|Exception|Warning|Failure|Interrupt|Exit|Iteration|Throwable)";
export const EXCEPTION = new RegExp(
  `^(?:(?:[A-Za-z_][\\w$.]{0,199})?${SUFFIX}(?:: |:$| \\[[A-Z_]+\\]: | \\([^()]{0,200}\\):?$|\\[\\S)|[A-Za-z_][\\w$.]{0,199}${SUFFIX}$)`,
);
/** The same anywhere in a line. */
export const MENTION =
  /\w(?:Error|Exception|Throwable)\b|\b(?:Uncaught|Unhandled|unhandled|uncaught)\b|\bError: /;

export const TRACEBACK = /^(?:Traceback \(most recent call last\):$|Exception Group Traceback )/;
export const CHAINED =
  /^(?:During handling of the above exception, |The above exception was the direct cause )/;
/** `org.example.Gone: cart 7`: an exception by any name, if frames follow. */
export const CLASS = /^[A-Za-z_$][\w$]{0,99}(?:\.[\w$]{1,99}){1,20}(?:: |:?$)/;
/** `shop.errors.Empty: cart 7`: any name may close a Python traceback. */
export const CLOSING = /^[A-Za-z_][\w.]{0,199}(?:: |:?$)/;

export const CAUSE =
  /^(?:Caused by: |Suppressed: |Wrapped by: |---> |\.{3} \d+ (?:more|common frames omitted)|--- End of |Next [\w\\]+: )/;
export const UNCAUGHT =
  /^(?:Exception in thread |Unhandled [Ee]xception|Uncaught |terminate called |\*\* \(\w|PHP (?:Fatal|Parse|Recoverable fatal) error: )/;
export const FRAME = /^at [\w$.<>/]+\(/;
/** Frames that stand behind blanks. */
export const INDENTED_FRAME =
  /^\s+(?:at |\.{3} \d+ |File "|from |\d+: |#\d+ |\||\(\w+ [\d.]+\) |\S+\.\w{1,5}:\d+|---> |--- End )/;
export const PYTHON_FRAME = /^\s+(?:File "|\|)/;

export const GO_OPENING =
  /^(?:panic: |fatal error: |goroutine \d+ |\[signal |SIG[A-Z]+: |unexpected fault address )/;
export const GO_NEW = /^(?:panic: |fatal error: |SIG[A-Z]+: )/;
export const GO_LINE =
  /^(?:created by |goroutine \d+ |exit status \d+$|\[signal |\[originating |runtime stack:|runtime: |\.{3}|(?:rax|rbx|rcx|rdx|rdi|rsi|rbp|rsp|rip|rflags|r\d+|[cfg]s|lr|pc|sp|fault|pstate|PC=\S*) +)/;
/** `main.(*Shop).Order(0x0, 0x7)` */
export function isCall(line: string): boolean {
  const open = line.indexOf("(");
  return open > 0 && line.endsWith(")") && !line.slice(0, open).includes(" ");
}
export const EXIT_STATUS = /^exit status \d+$/;

export const PHP_OPENING = /^(?:(?:PHP )?Stack trace:|\[stacktrace\]|#0 )/;
export const PHP_LINE =
  /^(?:#\d+ |PHP +\d+\. |\[previous exception\]|(?:PHP )?Stack trace:|\[stacktrace\]|"\} ?$|\{main\})/;

export const RUBY_LINE = /^(?:\S+ \([\d.]+\) )?\S+\.(?:rb|erb|rake|ru):\d+:in [`'"]/;

export const RUST_OPENING = /^thread '[^']*' (?:\(\d+\) )?panicked at /;
export const RUST_LINE = /^(?:note: |stack backtrace:$)/;

/** `/srv/shop/app.js:10`: where Node or Ruby found the fault; the code and a caret follow. */
export const PLACE = /^(?:file:\/\/|node:|\/|[A-Za-z]:[\\/])\S{1,500}:\d+(?::\d+)?$/;
/** Below the code that it points at. */
export const CARET = /^ *[\^~]+$/;
export const NODE_END = /^Node\.js v\d/;

/** Closes what indented lines have opened. */
export const CLOSER = /^[}\])]{1,8}[,;]?$/;

/** What PostgreSQL, SQLAlchemy and their like add to an error. */
export const DETAIL =
  /^(?:(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LOCATION|LINE \d+|HTTP response (?:headers|body)): ?|\[(?:SQL|parameters): |\(Background on this error )/;

/** A statement that may go on for lines, by what announces it. */
export const STATEMENT =
  /\b(?:STATEMENT|QUERY|statement|execute [^:]{1,80}|parse [^:]{1,80}|bind [^:]{1,80}): +\S/;
/** A statement within other text. */
export const SQL = /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|MERGE INTO)\b/;
export const CLAUSE =
  /^(?:FROM|WHERE|AND|OR|ON|SET|VALUES|(?:LEFT|RIGHT|INNER|OUTER|CROSS|FULL)(?: OUTER)? JOIN|JOIN|ORDER BY|GROUP BY|HAVING|LIMIT|OFFSET|UNION|RETURNING|SELECT|INSERT INTO|UPDATE|DELETE FROM|\))(?:\s|\(|$)/;

/**
 * Whether any of the patterns above that tell a line which opens a trace or goes on with one can match, as far as a glance says:
 * most lines have nothing of it.
 */
export function hasSign(line: string): boolean {
  return hasWord(line) || OPENING.test(line) || (endsInDigit(line) && PLACE_END.test(line));
}

/** Three characters of each of WORDS, looked for before the words themselves: half the time. */
function hasWord(line: string): boolean {
  let hash = 0;
  for (let at = 0; at < line.length; at++) {
    hash = ((hash << 5) ^ line.charCodeAt(at)) & HASH_MASK;
    if (TRIPLES[hash] === 1) return WORDS.test(line);
  }
  return false;
}

/** Of three characters: those before are shifted out. */
const HASH_MASK = 0x7fff;
const TRIPLES = new Uint8Array(HASH_MASK + 1);
for (const triple of [
  ...[
    "rro",
    "xce",
    "hro",
    "arn",
    "ilu",
    "rru",
    "Exi",
    "xit",
    "ter",
    "nca",
    "nha",
    "pan",
    "oro",
    "SIG",
    "lt ",
    "rac",
  ],
  ...[
    ".rb",
    "erb",
    "rak",
    ".ru",
    "ATE",
    "UER",
    "nt:",
    "ute",
    "rse",
    "ind",
    "SEL",
    "INS",
    "UPD",
    "DEL",
    "WIT",
    "CRE",
  ],
  ...["ALT", "MER"],
])
  TRIPLES[((triple.charCodeAt(0) << 10) ^ (triple.charCodeAt(1) << 5) ^ triple.charCodeAt(2)) & HASH_MASK] =
    1;

const WORDS =
  /rror|Exception|Throwable|Warning|Failure|Interrupt|Exit|exit status|Iteration|[nN]caught|[nN]handled|panic|goroutine|SIG[A-Z]|fault addr|[tT]race|\.(?:rb|erb|rake|ru):|STATEMENT|QUERY|statement: |execute |parse |bind |SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|MERGE/;

const OPENING =
  /^(?:[A-Za-z_$][\w$]*\.[\w$.]*(?::|$)|\[|#|\*\*|PHP |terminate|Caused|Suppressed|Wrapped|During|--|\.\.\.|Next |at )/;

const PLACE_END = /:\d+$/;

function endsInDigit(line: string): boolean {
  const last = line.charCodeAt(line.length - 1);
  return last >= 0x30 && last <= 0x39;
}

/** Whether a line is the first of the two that java.util.logging begins a record with; OTHER_HALF is the second. */
export function isHalfHead(line: string): boolean {
  return line.charCodeAt(3) === 0x20 && HALF_HEAD.test(line);
}

const HALF_HEAD =
  /^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d[ \u202f][AP]M [A-Za-z_][\w.$/<> -]{0,400}$/;
export const OTHER_HALF = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;
