/**
 * What the table's log says of its quarantine. `txn quarantine:<id>` names the generation of an entry that counts. The
 * checksum of each entry's file is a `txn` beside it: `quarantine-crc32c:ID`, whose version is
 *
 *     generation * 2^33  +  2^32 when there is a file  +  CRC-32C of the file
 *
 * and so grows with the generations and stays within 2^53 for a million of them. It outlives the commit, as every `txn`
 * is in checkpoints, other engines' too.
 */
export const QUARANTINE_DIRECTORY = "_quarantine";

/** The application id under which the table's log has an entry's generation. */
export function quarantineTransaction(id: string): string {
  return `quarantine:${id}`;
}

export interface EntryChecksum {
  readonly generation: number;
  /** Undefined: nothing is held any more. */
  readonly crc32c: number | undefined;
}

const PREFIX = "quarantine-crc32c:";

/** Whether it says something of an entry: no producer commits these, and nothing else knows it. */
export function isQuarantineTransaction(appId: string): boolean {
  return appId.startsWith(PREFIX) || appId.startsWith(quarantineTransaction(""));
}

/** The `txn` that notes the checksum of an entry. */
export function checksumTransaction(id: string, { generation, crc32c: crc }: EntryChecksum) {
  const low = crc === undefined ? 0 : 2 ** 32 + crc;
  return { appId: `${PREFIX}${id}`, version: generation * 2 ** 33 + low };
}

/** What the table's transactions say of an entry; undefined: an older logpipe made it. */
export function checksumIn(txns: ReadonlyMap<string, number>, id: string): EntryChecksum | undefined {
  const version = txns.get(`${PREFIX}${id}`);
  return version === undefined ? undefined : checksumOfVersion(version);
}

/** All entries whose checksum the table knows. */
export function* entryChecksums(
  txns: ReadonlyMap<string, number>,
): Iterable<{ readonly id: string } & EntryChecksum> {
  for (const [appId, version] of txns)
    if (appId.startsWith(PREFIX)) yield { id: appId.slice(PREFIX.length), ...checksumOfVersion(version) };
}

function checksumOfVersion(version: number): EntryChecksum {
  const low = version % 2 ** 33;
  return { generation: Math.floor(version / 2 ** 33), crc32c: low < 2 ** 32 ? undefined : low - 2 ** 32 };
}
