import { quote } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { Normaliser } from "../../normalise/normaliser.js";
import { PairFields } from "../../structured/pairs/pairs.js";
import { OF_TRAFFIC } from "../of-traffic.js";
import { addLevelAndTime, EXTENSION, extensionName, levelOfSeverity } from "./cef.js";

/**
 * ```
 * LEEF:1.0|Vendor|Product|Version|EventID|key=value<tab>key=value
 * LEEF:2.0|Vendor|Product|Version|EventID|delimiter|key=value<delimiter>...    the delimiter: a character, or xHH, 0xHH
 * ```
 * Pieces that are no pair are `extension`, as they came. The keys stay as they are; `devTime` is the time, `sev` (1-10)
 * the level as in CEF.
 */
export const leef: Format = {
  name: "leef",
  summary: "Log Event Extended Format of IBM QRadar",
  auto: true,
  starts: "L",
  openings: ["upper"],
  reference: "IBM QRadar: Log Event Extended Format, versions 1.0 and 2.0",
  examples: [
    {
      line: "LEEF:1.0|Example|Gate|4.0|login_failed|src=192.0.2.1\tdst=198.51.100.7\tsev=8\tdevTime=2026-11-21T10:00:01Z\tusrName=anna",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","leef_version":"1.0","device_vendor":"Example","device_product":"Gate",' +
        '"device_version":"4.0","event_id":"login_failed","src":"192.0.2.1","dst":"198.51.100.7","sev":8,"devTime":"2026-11-21T10:00:01Z","usrName":"anna"}',
    },
    {
      line: "LEEF:2.0|Example|Gate|4.0|7|^|src=192.0.2.1^msg=a=b and c^sev=2",
      event:
        '{"level":"info","leef_version":"2.0","device_vendor":"Example","device_product":"Gate","device_version":"4.0","event_id":"7",' +
        '"src":"192.0.2.1","message":"a=b and c","sev":2}',
    },
    {
      line: "LEEF:2.0|Example|Gate|4.0|7|^|a note^src=192.0.2.1^größe=7^event_id=8",
      event:
        '{"leef_version":"2.0","device_vendor":"Example","device_product":"Gate","device_version":"4.0","event_id":"7","extension":"a note^größe=7",' +
        '"src":"192.0.2.1","extension.event_id":8}',
    },
    { line: "LEEF:1.0|Example|Gate|4.0", event: undefined },
    { line: "LEEF: a text", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const fields = readLeef(line);
        if (fields === undefined) return false;
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};

const HEADER = /^LEEF: ?(1(?:\.0)?|2(?:\.0)?)\|([^|]{0,255})\|([^|]{0,255})\|([^|]{0,255})\|([^|]{0,255})\|/;
const DELIMITER = /^(?:(?:0?x([0-9A-Fa-f]{2,4}))|([^|\w\s])|\\?(t)|)\|/;

/** Undefined when it is no LEEF. */
export function readLeef(text: string): PairFields | undefined {
  const header = HEADER.exec(text);
  if (header === null) return undefined;
  const [whole, version, vendor, product, productVersion, id] = header;
  let rest = text.slice(whole.length);
  let delimiter = "\t";
  const named = version!.startsWith("2") ? DELIMITER.exec(rest) : null;
  if (named !== null) {
    rest = rest.slice(named[0].length);
    if (named[1] !== undefined) delimiter = String.fromCharCode(Number.parseInt(named[1], 16));
    else if (named[2] !== undefined) delimiter = named[2];
  }
  const fields = new PairFields();
  fields.unclaimed = OF_TRAFFIC;
  fields.put("leef_version", quote(version!.length === 1 ? `${version}.0` : version!));
  fields.text("device_vendor", vendor!);
  fields.text("device_product", product!);
  fields.text("device_version", productVersion!);
  fields.text("event_id", id!);
  // Senders whose tabs a relay has made blanks.
  const pieces =
    rest.includes(delimiter) || delimiter !== "\t" ? rest.split(delimiter) : rest.split(/ +(?=\w{1,64}=)/);
  addPieces(pieces, delimiter, fields);
  const severity = fields.get("sev");
  const level = severity === undefined ? undefined : levelOfSeverity(severity.replace(/"/g, ""));
  addLevelAndTime(fields, level, ["devTime"]);
  return fields;
}

function addPieces(pieces: readonly string[], delimiter: string, fields: PairFields): void {
  const others = pieces.filter((piece) => keyOf(piece) === undefined && piece.trim() !== "");
  fields.text(EXTENSION, others.join(delimiter).trim());
  const header = new Set(fields.names);
  for (const piece of pieces) {
    const key = keyOf(piece);
    if (key !== undefined)
      fields.bare(extensionName(key, header), piece.slice(piece.indexOf("=") + 1).trim());
  }
}

function keyOf(piece: string): string | undefined {
  const at = piece.indexOf("=");
  const key = at > 0 ? piece.slice(0, at).trim() : "";
  return /^[\w.-]{1,128}$/.test(key) ? key : undefined;
}
