/** JavaScript's regular expressions in RE2's syntax, as far as both engines find the same. */

/** White space by ECMA-262; RE2 knows five of them by `\s`. */
const SPACES =
  "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

class Untranslatable extends Error {}

/**
 * The expression for RE2, undefined where RE2 cannot say it (look-around, references) or would mean another thing by
 * it: a repeat of what may be empty, or a named group within a repeat, which JavaScript forgets in every round.
 */
export function toRe2({ source, flags, ignoreCase }: RegExp): string | undefined {
  if (/[uvym]/.test(flags)) return undefined;
  try {
    const reader = new Reader(source);
    const { text } = reader.alternatives();
    if (!reader.isAtEnd) return undefined;
    const any = flags.includes("s") ? "." : "[^\\n\\r\\x{2028}\\x{2029}]";
    return `(?s${ignoreCase ? "i" : ""})${text.replaceAll(ANY, any)}`;
  } catch (error) {
    if (error instanceof Untranslatable) return undefined;
    throw error;
  }
}

/** Stands for `.` until it is known what it matches; no pattern that is translated has it. */
const ANY = "\ue000";

/** A part of the expression: its text, whether it may match nothing, and whether a named group is in it. */
interface Part {
  readonly text: string;
  readonly isNullable: boolean;
  readonly hasName: boolean;
}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    if (source.includes(ANY)) throw new Untranslatable();
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#source.length;
  }

  alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    return {
      text: parts.map(({ text }) => text).join("|"),
      isNullable: parts.some(({ isNullable }) => isNullable),
      hasName: parts.some(({ hasName }) => hasName),
    };
  }

  #sequence(): Part {
    let [text, isNullable, hasName] = ["", true, false];
    while (!this.isAtEnd && !"|)".includes(this.#source[this.#at]!)) {
      const part = this.#repeated(this.#atom());
      text += part.text;
      isNullable &&= part.isNullable;
      hasName ||= part.hasName;
    }
    return { text, isNullable, hasName };
  }

  #repeated(part: Part & { readonly inner?: Part }): Part {
    const [all, minimum] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(this.#source.slice(this.#at)) ?? [];
    if (all === undefined) return part;
    this.#at += all.length;
    const isOptional = all.startsWith("*") || all.startsWith("?") || Number(minimum) === 0;
    const isOnce = all.startsWith("?");
    if (part.isNullable || (!isOnce && (part.inner ?? part).hasName)) throw new Untranslatable();
    return { text: part.text + all, isNullable: isOptional || part.isNullable, hasName: part.hasName };
  }

  #atom(): Part & { readonly inner?: Part } {
    const c = this.#source[this.#at++]!;
    if (c === "(") return this.#group();
    if (c === "[") return plain(this.#set());
    if (c === "\\") return this.#escape();
    if (c === "^" || c === "$") return { text: c, isNullable: true, hasName: false };
    if (c === ".") return plain(ANY);
    if ("*+?".includes(c)) throw new Untranslatable();
    return plain("{}]".includes(c) ? `\\${c}` : c);
  }

  #group(): Part & { readonly inner?: Part } {
    const [open = "", name] = /^\?(?::|<([A-Za-z_]\w*)>)/.exec(this.#source.slice(this.#at)) ?? [];
    if (open === "" && this.#source[this.#at] === "?") throw new Untranslatable();
    this.#at += open.length;
    const inner = this.alternatives();
    if (!this.#take(")")) throw new Untranslatable();
    const text = `(${name === undefined ? open : `?P<${name}>`}${inner.text})`;
    return { text, isNullable: inner.isNullable, hasName: inner.hasName || name !== undefined, inner };
  }

  #escape(): Part {
    const c = this.#source[this.#at]!;
    if (c === "b" || c === "B") {
      this.#at++;
      return { text: `\\${c}`, isNullable: true, hasName: false };
    }
    if (c === "s" || c === "S") {
      this.#at++;
      return plain(`[${c === "S" ? "^" : ""}${SPACES}]`);
    }
    return plain(this.#character());
  }

  #set(): string {
    let text = this.#take("^") ? "[^" : "[";
    const empty = text.length;
    while (!this.#take("]")) {
      const c = this.#source[this.#at++];
      if (c === undefined) throw new Untranslatable();
      if (c !== "\\") text += c === "[" || c === "^" ? `\\${c}` : c;
      else if (this.#take("s")) text += SPACES;
      else if (this.#take("b")) text += "\\x08";
      else if ("SDWB".includes(this.#source[this.#at]!)) throw new Untranslatable();
      else text += this.#character();
    }
    if (text.length === empty) throw new Untranslatable();
    return `${text}]`;
  }

  /** Behind a backslash. */
  #character(): string {
    const rest = this.#source.slice(this.#at);
    const [all, hex, wide] = /^(?:x([\da-f]{2})|u([\da-f]{4})|[dDwWtnrfv]|0(?!\d)|[^\w\s])/i.exec(rest) ?? [];
    if (all === undefined || /^u(?:d[89a-f]|e000)/i.test(all)) throw new Untranslatable();
    if (/^[TNRFV]$/.test(all)) throw new Untranslatable();
    this.#at += all.length;
    if (hex !== undefined || wide !== undefined) return `\\x{${hex ?? wide}}`;
    if (all === "0") return "\\x00";
    return all.charCodeAt(0) > 0x7f ? all : `\\${all}`;
  }

  #take(c: string): boolean {
    if (this.#source[this.#at] !== c) return false;
    this.#at++;
    return true;
  }
}

function plain(text: string): Part {
  return { text, isNullable: false, hasName: false };
}
