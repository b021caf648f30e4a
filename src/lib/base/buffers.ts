/**
 * Large buffers that are used again within a thread. Fresh ones cost page faults and wait for the garbage collector,
 * which does not see how large they are. Only who owns a buffer alone may give it back.
 */

const ROUND_BYTES = 256 * 1024;
const FREE_BYTES_MAX = 12 << 20;
/** Smaller ones are not worth it. */
const SMALLEST_BYTES = 64 * 1024;

const POOLED_BYTES_MAX = 4096;

const free: ArrayBuffer[] = [];
let freeBytes = 0;

/** A buffer of `length` bytes with any content. Only very small ones come from Node's own pool. */
export function takeBuffer(length: number): Buffer {
  if (length < POOLED_BYTES_MAX) return Buffer.allocUnsafe(length);
  if (length < SMALLEST_BYTES) return Buffer.allocUnsafeSlow(length);
  const found = free.findIndex(({ byteLength }) => byteLength >= length && byteLength <= length * 3);
  if (found >= 0) {
    const [buffer] = free.splice(found, 1);
    freeBytes -= buffer!.byteLength;
    return Buffer.from(buffer!, 0, length);
  }
  const fresh = Buffer.allocUnsafeSlow(Math.ceil(length / ROUND_BYTES) * ROUND_BYTES);
  return fresh.subarray(0, length);
}

/** Gives a buffer back. Nothing may read it from now on. */
export function giveBuffer(buffer: ArrayBuffer): void {
  const { byteLength } = buffer;
  if (
    byteLength < SMALLEST_BYTES ||
    mayBePool(buffer) ||
    freeBytes + byteLength > FREE_BYTES_MAX ||
    free.includes(buffer)
  )
    return;
  free.push(buffer);
  freeBytes += byteLength;
}

/**
 * Whether it may be Node's own pool, which small buffers share: 8 KiB until Node 22, 64 KiB since. It is nobody's to
 * give.
 */
export function mayBePool(buffer: ArrayBufferLike): boolean {
  return buffer.byteLength <= Buffer.poolSize;
}
