// Enter here: SQL as text: statements, time ranges, macros, errors with a caret.
/** Where statements begin and end in SQL text, by its lexical rules alone. */

/** A statement and where it begins in the text it came from (UTF-16 units). */
export interface StatementText {
  readonly sql: string;
  readonly offset: number;
}

/**
 * The statements between semicolons, without empty ones. Quotes, comments and dollar quotes are seen for what they are.
 */
export function splitStatements(text: string): StatementText[] {
  const statements: StatementText[] = [];
  let start = 0;
  let hasToken = false;
  let at = 0;
  const take = (end: number) => {
    if (hasToken) statements.push({ sql: text.slice(start, end), offset: start });
    hasToken = false;
  };
  while (at < text.length) {
    const end = tokenEnd(text, at);
    if (text[at] === ";") {
      take(at);
      start = end;
    } else if (!isBlank(text, at)) hasToken = true;
    at = end;
  }
  take(text.length);
  return statements;
}

/** Where the token, comment, quoted text or single character at `at` ends. Unclosed ones end with the text. */
function tokenEnd(text: string, at: number): number {
  switch (text[at]) {
    case "'":
      return quoteEnd(text, at, "'", /[eE]/.test(text[at - 1] ?? "") && !/[\w$]/.test(text[at - 2] ?? ""));
    case '"':
      return quoteEnd(text, at, '"', false);
    case "-":
      return text[at + 1] === "-" ? endAfter(text, "\n", at) : at + 1;
    case "/":
      return text[at + 1] === "*" ? blockCommentEnd(text, at) : at + 1;
    case "$":
      return dollarQuoteEnd(text, at);
    default:
      return at + 1;
  }
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text[at]!) || text.startsWith("--", at) || text.startsWith("/*", at);
}

function endAfter(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

/** A doubled quote stands for itself; a backslash escapes only in E'...'. */
function quoteEnd(text: string, at: number, mark: string, hasBackslashes: boolean): number {
  for (let i = at + 1; i < text.length; i++) {
    if (hasBackslashes && text[i] === "\\") i++;
    else if (text[i] === mark) {
      if (text[i + 1] !== mark) return i + 1;
      i++;
    }
  }
  return text.length;
}

/** Block comments nest, as in PostgreSQL. */
function blockCommentEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; ) {
    if (text.startsWith("/*", i)) {
      depth++;
      i += 2;
    } else if (text.startsWith("*/", i)) {
      depth--;
      i += 2;
      if (depth === 0) return i;
    } else i++;
  }
  return text.length;
}

/** `$$ text $$` or `$tag$ text $tag$`; a `$1` or a `$` within a name is no quote. */
function dollarQuoteEnd(text: string, at: number): number {
  if (/[\w$]/.test(text[at - 1] ?? "")) return at + 1;
  const tag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(text.slice(at, at + 128))?.[0];
  return tag === undefined ? at + 1 : endAfter(text, tag, at + tag.length);
}

/** The text in pieces: words, `$name` and `$1`, quoted texts, comments, single characters. Joined they are the text. */
export function* readTokens(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const word = /[\w$\u0080-\uffff]*/y;
    word.lastIndex = at;
    const isQuote = text[at] === "$" && tokenEnd(text, at) > at + 1;
    const length = isQuote ? 0 : (word.exec(text)?.[0].length ?? 0);
    const end = length > 0 ? at + length : tokenEnd(text, at);
    yield text.slice(at, end);
    at = end;
  }
}
