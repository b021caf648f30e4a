/** One element of XML with what is within it, as loggers write their records. No document types, no namespaces. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own, that of elements within not included. */
  readonly text: string;
}

interface Growing extends XmlElement {
  readonly children: Growing[];
  text: string;
}

/** Undefined when `text` is not one well-formed element, with nothing but blanks around it. Takes linear time. */
export function xmlElement(text: string): XmlElement | undefined {
  const open: Growing[] = [];
  let root: Growing | undefined;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const { 1: data, 2: closing, 3: name, 4: attributes, 5: empty, 6: characters } = match;
    const top = open.at(-1);
    if (name === undefined) {
      if (top !== undefined) top.text += data ?? plain(characters!);
      else if ((data ?? characters!).trim() !== "") return undefined;
    } else if (closing === "/") {
      if (open.pop()?.name !== name) return undefined;
    } else {
      if ((root !== undefined && top === undefined) || open.length >= DEPTH_MAX) return undefined;
      const element: Growing = { name, attributes: attributesIn(attributes!), children: [], text: "" };
      root ??= element;
      top?.children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  return open.length === 0 ? root : undefined;
}

const DEPTH_MAX = 16;
const NAME = String.raw`[A-Za-z_][\w:.-]{0,99}`;
const TOKEN = new RegExp(
  String.raw`<!\[CDATA\[([^]*?)\]\]>|<(\/?)(${NAME})((?:\s+${NAME}="[^"<]*")*)\s*(\/?)>|([^<]+)`,
  "y",
);
const ATTRIBUTE = new RegExp(`(${NAME})="([^"<]*)"`, "g");

function attributesIn(text: string): ReadonlyMap<string, string> {
  if (text === "") return NONE;
  return new Map([...text.matchAll(ATTRIBUTE)].map(([, name, value]) => [name!, plain(value!)] as const));
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Text without its escapes. */
function plain(text: string): string {
  return text.includes("&") ? text.replace(ESCAPE, (all, code: string) => characterOf(code) ?? all) : text;
}

const ESCAPE = /&(#x?[\da-fA-F]{1,6}|[a-z]{2,4});/g;
const CHARACTERS: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function characterOf(code: string): string | undefined {
  if (!code.startsWith("#")) return Object.hasOwn(CHARACTERS, code) ? CHARACTERS[code] : undefined;
  const number = code.startsWith("#x") ? Number.parseInt(code.slice(2), 16) : Number(code.slice(1));
  return number > 0x10ffff || Number.isNaN(number) ? undefined : String.fromCodePoint(number);
}
