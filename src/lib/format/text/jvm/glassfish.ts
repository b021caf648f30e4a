import { isoTime } from "../../../base/time/read-time.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";

/**
 * Logs of GlassFish and Payara in both of their formats: `[#|TIME|LEVEL|PRODUCT|LOGGER|PAIRS|TEXT|#]` and ODL, `[TIME]
 * [PRODUCT] [LEVEL] [CODE] [LOGGER] [tid: ...] ... [[TEXT]]`. `tid` and `thread` are the number and the name of the
 * thread; other pairs have their own names.
 */
export const glassfish: Format = {
  name: "glassfish",
  aliases: ["payara"],
  summary: "server log of GlassFish and Payara, uniform and ODL",
  auto: true,
  starts: "[",
  openings: ["[", "[0"],
  hasContinuations: true,
  spansLines: true,
  reference: "GlassFish Server Administration Guide, Log Record Format; Payara Server, Log Formatters",
  examples: [
    {
      line: "[#|2026-11-21T10:00:01.123+0000|WARNING|glassfish 5.0|javax.enterprise.web|_ThreadID=31;_ThreadName=main;_TimeMillis=1795255201123;_LevelValue=900;|no stock|#]",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","tid":31,"thread":"main","logger":"javax.enterprise.web","product":"glassfish 5.0","message":"no stock"}',
    },
    {
      line: "[2026-11-21T10:00:01.123+0100] [Payara 6.1] [SEVERE] [AS-WEB-GLUE-00198] [jakarta.enterprise.web] [tid: _ThreadID=31 _ThreadName=main] [timeMillis: 1795251601123] [levelValue: 1000] [[",
      event:
        '{"timestamp":"2026-11-21T09:00:01.123Z","level":"error","tid":31,"thread":"main","logger":"jakarta.enterprise.web","product":"Payara 6.1","code":"AS-WEB-GLUE-00198","message":""}',
    },
    { line: "[#|2026-11-21T10:00:01.123+0000|LOUD|glassfish 5.0|web|x=1|text|#]", event: undefined },
    { line: "[#|soon|INFO|glassfish 5.0|web|x=1|text|#]", event: undefined },
    { line: "[2026-11-21T10:00:01.123+0000] [shop] [INFO] text", event: undefined },
  ],
  create: () => ({ parse }),
};

const TIME = "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(?:Z|[+-]\\d\\d:?\\d\\d))";
const LEVEL = "(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST|ALERT|EMERGENCY)";
const UNIFORM = new RegExp(
  `^\\[#\\|${TIME}\\|${LEVEL}\\|([^|]{0,128})\\|([^|]{0,256})\\|([^|]{0,1024})\\|(.*?)(?:\\|#\\])?$`,
  "s",
);
const ODL = new RegExp(
  `^\\[${TIME}\\] \\[([^\\]]{0,128})\\] \\[${LEVEL}\\] \\[([^\\]]{0,64})\\] \\[([^\\]]{0,256})\\] ((?:\\[\\w{1,32}: [^\\]]{0,256}\\] ){1,12})\\[\\[\\s{0,8}(.*?)(?:\\]\\])?$`,
  "s",
);

function parse(line: string, event: EventWriter): boolean {
  if (line.charCodeAt(1) === 0x23) {
    const match = line.startsWith("[#|") ? UNIFORM.exec(line) : null;
    if (match === null) return false;
    const [, time, level, product, logger, pairs, message] = match;
    return write({ time, level, product, logger, pairs, code: undefined, message }, event);
  }
  const match = line.includes("] [tid: ") ? ODL.exec(line) : null;
  if (match === null) return false;
  const [, time, product, level, code, logger, pairs, message] = match;
  return write({ time, level, product, logger, pairs, code, message }, event);
}

type Parts = Readonly<
  Record<"time" | "level" | "product" | "logger" | "pairs" | "code" | "message", string | undefined>
>;

function write({ time, level, product, logger, pairs, code, message }: Parts, event: EventWriter): boolean {
  const timestamp = isoTime(time!);
  if (timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  event.textIf("level", levelOfWord(level!));
  const id = /_ThreadID=(\d{1,10})(?![\d.])/.exec(pairs!);
  if (id !== null) event.number("tid", Number(id[1]));
  event.textIf("thread", /_ThreadName=([^;\]]{1,256})/.exec(pairs!)?.[1]);
  event.textIf("logger", logger);
  event.textIf("product", product);
  event.textIf("code", code);
  event.text("message", message!.trimEnd());
  return true;
}
