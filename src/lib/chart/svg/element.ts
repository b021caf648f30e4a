/** SVG as text: elements with attributes, everything of the data escaped. */

/** Characters that XML 1.0 has no way to write. */
const FORBIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What turns the direction of the text around it. */
const TURNING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as it may stand between tags and in attributes. */
export function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, "\ufffd")
    .replace(TURNING, "")
    .replace(/[\t\r\n]+/g, " ")
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

/** One element. Numbers have two decimals at most; `content` is markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content?: string,
): string {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) text += ` ${key}="${typeof value === "number" ? round(value) : escaped(value)}"`;
  return content === undefined ? `${text}/>` : `${text}>${content}</${name}>`;
}

/** A text of the data. */
export function words(
  text: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
): string {
  return element("text", attributes, escaped(text));
}

function round(value: number): string {
  return String(Number(value.toFixed(2)));
}
