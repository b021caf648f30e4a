/** What is never redacted: `--allow`. */
import { BlockList, isIP, isIPv4 } from "node:net";
import { RE2JS } from "re2js";
import { failure } from "../../base/errors/index.js";

const CIDR = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/;

/**
 * A function that says whether a value (as bytes, one a character) is allowed. Each text is `/regular expression/` (of
 * RE2, matching the whole value), a network (`10.0.0.0/8`, which allows addresses in it), or a value itself, in any
 * case. Throws usage.bad-value.
 */
export function allowList(texts: readonly string[]): (value: string) => boolean {
  const values = new Set<string>();
  const patterns: RE2JS[] = [];
  const networks = new BlockList();
  let hasNetworks = false;
  for (const text of texts) {
    const network = CIDR.exec(text);
    if (text.length > 2 && text.startsWith("/") && text.endsWith("/")) patterns.push(pattern(text));
    else if (network !== null && isIP(network[1]!) !== 0) {
      addNetwork(networks, network[1]!, Number(network[2]), text);
      hasNetworks = true;
    } else values.add(Buffer.from(text.toLowerCase()).toString("latin1"));
  }
  if (texts.length === 0) return () => false;
  return (value) => {
    if (values.size > 0 && values.has(value.toLowerCase())) return true;
    if (hasNetworks && isInside(networks, value)) return true;
    return (
      patterns.length > 0 && patterns.some((one) => one.matches(Buffer.from(value, "latin1").toString()))
    );
  };
}

/** The texts of a file: one a line; blank lines and lines that begin with "#" do not count. */
export function allowLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

function pattern(text: string): RE2JS {
  try {
    return RE2JS.compile(text.slice(1, -1));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure("usage.bad-value", { option: "--allow", value: text, reason });
  }
}

function addNetwork(networks: BlockList, address: string, bits: number, text: string): void {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  if (bits > (family === "ipv4" ? 32 : 128)) {
    throw failure("usage.bad-value", {
      option: "--allow",
      value: text,
      reason: "there are not so many bits",
    });
  }
  networks.addSubnet(address, bits, family);
}

function isInside(networks: BlockList, value: string): boolean {
  const [address = ""] = value.split("/");
  const version = isIP(address);
  return version !== 0 && networks.check(address, version === 4 ? "ipv4" : "ipv6");
}
