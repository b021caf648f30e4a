/**
 * The matchers of Datadog's parsing rules, which Vector's `parse_groks` has, too, with the types that some of them
 * give.
 */
import { table } from "../../../../base/table.js";
export const VECTOR = String.raw`
notSpace [^\s]+
word \b\w+\b
data .*
integer [+-]?\d+
integerStr [+-]?\d+
integerExt [+-]?\d+(?:[eE][+-]?\d+)?
integerExtStr [+-]?\d+(?:[eE][+-]?\d+)?
number [+-]?(?:\d+(?:\.\d+)?|\.\d+)
numberStr [+-]?(?:\d+(?:\.\d+)?|\.\d+)
numberExt [+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?
numberExtStr [+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?
boolean (?i:true|false)
quotedString (?:%{doubleQuotedString}|%{singleQuotedString})
doubleQuotedString "(?:[^"\\]|\\.)*"
singleQuotedString '(?:[^'\\]|\\.)*'
uuid %{UUID}
mac %{MAC}
ipv4 %{IPV4}
ipv6 %{IPV6}
ip %{IP}
hostname %{HOSTNAME}
ipOrHost %{IPORHOST}
port (?:6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|\d{1,4})
`;

/** By name: what a field is when its reference does not say it. */
export const VECTOR_TYPES: Readonly<Record<string, "int" | "float" | "boolean">> = table({
  integer: "int",
  integerExt: "float",
  number: "float",
  numberExt: "float",
  boolean: "boolean",
  port: "int",
});
