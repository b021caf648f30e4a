/** Functions of IP addresses. */
import { BlockList, isIP } from "node:net";
import { ExpressionFault } from "../syntax/fault.js";
import { type FunctionDeclaration, STRING } from "./function.js";

const HINT = 'write it like "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"';

export const addressFunctions: readonly FunctionDeclaration[] = [
  {
    name: "inCidr",
    takes: "address, range, ...",
    parameters: [STRING, STRING],
    isOpen: true,
    returns: "bool",
    summary: "whether an IP address, v4 or v6, is in one of the ranges",
    examples: [
      { expression: '"10.1.2.3".inCidr("10.0.0.0/8", "fd00::/8")', result: "true" },
      { expression: '"::1".inCidr("10.0.0.0/8")', result: "false" },
      { expression: '"localhost".inCidr("10.0.0.0/8")', result: undefined },
    ],
    call: () => undefined,
    compile: ([address, ...ranges], _scope, at) => {
      const list = new BlockList();
      ranges.forEach((range, n) => {
        addRange(list, range.constant?.value, at(n + 1));
      });
      const { evaluate } = address!;
      return {
        kind: "bool",
        evaluate: (rows, row) => {
          const text = evaluate(rows, row);
          return typeof text === "string" ? isIn(list, text) : undefined;
        },
      };
    },
  },
];

function addRange(list: BlockList, range: unknown, at: number): void {
  if (typeof range !== "string")
    throw new ExpressionFault(at, "the range must be written out", { hint: HINT });
  const [network = "", length, more] = range.split("/");
  const version = isIP(network);
  const most = version === 4 ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (version === 0 || more !== undefined || !(bits <= most))
    throw new ExpressionFault(at, `"${range.slice(0, 60)}" is no range of addresses`, { hint: HINT });
  list.addSubnet(network, bits, version === 4 ? "ipv4" : "ipv6");
}

function isIn(list: BlockList, text: string): boolean | undefined {
  const version = isIP(text);
  if (version === 0) return undefined;
  return list.check(text, version === 4 ? "ipv4" : "ipv6");
}
