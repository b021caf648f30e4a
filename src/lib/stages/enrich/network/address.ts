/** IP addresses as logs have them. */
import { isIPv4, isIPv6 } from "node:net";

/**
 * The address that a text is, undefined when it is none. A port, brackets and a zone are left out; an IPv4 address in
 * the clothes of IPv6 (`::ffff:192.0.2.1`, RFC 4291, 2.5.5.2) is that IPv4 address.
 *
 * ```ts
 * addressOf("[2001:DB8::1%eth0]:443")   // 2001:db8::1
 * addressOf("192.0.2.1:8080")           // 192.0.2.1
 * ```
 */
export function addressOf(text: string): string | undefined {
  if (text.length > 64) return undefined;
  const bare = withoutPort(text.trim());
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const address = (bare.split("%", 1)[0] as string).toLowerCase();
  return mappedIpv4(address) ?? address;
}

/**
 * Whether an address has no place on the public Internet: private, loopback, link-local, shared (RFC 6598),
 * unspecified, unique local (RFC 4193). Takes what `addressOf` gives.
 */
export function isPrivate(address: string): boolean {
  if (address.includes(":"))
    return address === "::" || address === "::1" || /^(?:f[cd]|fe[89ab])[0-9a-f]{0,2}:/.test(address);
  const [a = 0, b = 0] = address.split(".", 2).map(Number);
  if (a === 10 || a === 127 || a === 0) return true;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 100) return b >= 64 && b < 128;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}

function withoutPort(text: string): string {
  if (text.startsWith("[")) {
    const end = text.indexOf("]");
    return end < 0 || !/^(?::\d{1,5})?$/.test(text.slice(end + 1)) ? text : text.slice(1, end);
  }
  return /^[\d.]+:\d{1,5}$/.test(text) ? text.slice(0, text.indexOf(":")) : text;
}

function mappedIpv4(address: string): string | undefined {
  if (!address.includes("ffff:")) return undefined;
  const groups = groupsOf(address);
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [left = "", right = ""] = address.split("::", 2);
  const head = numbersOf(left);
  const tail = numbersOf(right);
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function numbersOf(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
