import { commonLogTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { DatedLayouts, ISO_TIME, LogLayout, parseLayouts, startsWithDate } from "./layout.js";

/** The layouts of Python's `logging` that its tutorials, frameworks and servers use. */
export const python: Format = {
  name: "python",
  aliases: ["uvicorn", "gunicorn", "django", "flask", "loguru", "celery"],
  summary:
    "Python logging: basicConfig, `time - name - LEVEL - message`, uvicorn, gunicorn, Django, Flask, Celery, loguru",
  auto: true,
  starts: "0123456789[DIWECNT",
  hasContinuations: true,
  reference:
    "https://docs.python.org/3/library/logging.html#logging.basicConfig and the logging pages of each framework",
  examples: [
    {
      line: "2026-11-21 10:00:01,123 - shop.cart - WARNING - cart 7 is empty",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","logger":"shop.cart","message":"cart 7 is empty"}',
    },
    { line: "ERROR:root:it broke", event: '{"level":"error","logger":"root","message":"it broke"}' },
    {
      line: '[21/Nov/2026 10:00:01] "GET /admin/ HTTP/1.1" 302 0',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","method":"GET","path":"/admin/","protocol":"HTTP/1.1","status":302,"bytes":0}',
    },
    {
      line: "[2026-11-21 10:00:01 +0000] [31] [INFO] Booting worker",
      event: '{"timestamp":"2026-11-21T10:00:01Z","level":"info","pid":31,"message":"Booting worker"}',
    },
    {
      line: "2026-11-21 10:00:01.123 WARNING (MainThread) [shop.cart] cart 7 is empty",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","thread":"MainThread","logger":"shop.cart",' +
        '"message":"cart 7 is empty"}',
    },
    {
      line: "2026-11-21 10:00:01,123:WARNING:shop.cart:took=1.5s id=7",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","logger":"shop.cart","took":"1.5s","id":7}',
    },
    {
      line: 'INFO:     192.0.2.7:56028 - "GET /cart HTTP/1.1" 200 OK',
      event:
        '{"level":"info","client_ip":"192.0.2.7","client_port":56028,"method":"GET","path":"/cart","protocol":"HTTP/1.1","status":200}',
    },
    { line: "error:root:it broke", event: undefined },
    { line: "2026-11-21 10:00:01,123 - shop.cart - LOUD - cart", event: undefined },
    { line: "ERROR: it broke", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const TIME = `(?<timestamp>${ISO_TIME})`;
const LEVEL = "(?<level>TRACE|DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|SUCCESS)";
const NAME = "(?<logger>[A-Za-z_<][\\w.$<>/-]{0,199})";
const FUNCTION = "(?<function>[\\w<>.]{1,200})";

/** Lines that begin with a date. */
/** Of each of these, somewhere behind the time. */
const SIGN = /[[(|]|[-:] /g;
const DATED = new DatedLayouts(
  [
    ` - ${NAME} - ${LEVEL} - (?<message>.*)`,
    ` - ${LEVEL} - (?:${NAME} - )?(?<message>.*)`,
    ` \\| ${LEVEL} {1,8}\\| (?<logger>[\\w.$<>-]{1,200}):${FUNCTION}:(?<line>\\d+) - (?<message>.*)`,
    ` - ${NAME} - (?<file>[\\w./-]+):(?<line>\\d+) - ${LEVEL} - (?<message>.*)`,
    ` \\[${LEVEL} {0,8}\\] ${NAME}: (?<message>.*)`,
    ` ${LEVEL} {1,8}${NAME}: (?<message>.*)`,
    ` ${LEVEL} \\((?<thread>[^)]{1,200})\\) \\[${NAME}\\] (?<message>.*)`,
    ` ${LEVEL} {1,8}\\[${NAME}\\] \\[(?<file>[\\w./-]+\\.py):(?<line>\\d+)\\] (?!\\[)(?<message>.*)`,
    ` (?<pid>\\d+) ${LEVEL} {1,8}(?<logger>[A-Za-z_][\\w.]{0,199}) (?<message>\\[.*)`,
  ],
  "bare",
  SIGN,
);

/** Lines that begin with a date and a mark right behind it, between columns as well. */
const TIGHT = new DatedLayouts(
  [`[ :]${LEVEL}:${NAME}:(?<body>.*)`, `:${NAME}:${LEVEL}:(?<body>.*)`],
  "bare",
  /:| [A-Z]{4,8}:[^\s:]/y,
);

/** Lines that begin with a bracket and a date. */
const BRACKETED = new DatedLayouts(
  [
    `\\] \\[(?<pid>\\d+)\\] \\[${LEVEL}\\] (?<message>.*)`,
    `: ${LEVEL}/(?<process>[\\w.-]+)\\] (?<message>.*)`,
    `\\] ${LEVEL} in (?<logger>[\\w.]+): (?<message>.*)`,
    `\\] \\{(?<file>[\\w./-]+):(?<line>\\d+)\\} ${LEVEL} - (?<message>.*)`,
    `\\] \\[${LEVEL} {0,8}\\] \\[${NAME}\\] (?<message>.*)`,
    `\\] \\[${LEVEL} {0,8}\\] ${NAME}: (?<message>.*)`,
  ],
  "bracketed",
);

const SERVED = [
  '\\[(?<timestamp>\\d\\d/[A-Z][a-z]{2}/\\d{4} \\d\\d:\\d\\d:\\d\\d)\\] "(?<method>[A-Z]+) (?<path>.+) (?<protocol>HTTP/[\\d.]+)" (?<status>[1-5]\\d\\d) (?<bytes>\\d+)',
].map((source) => new LogLayout(source, commonLogTime));

/** Lines that begin with a level: basicConfig's default, uvicorn's padded ones, Django's verbose one. */
const LEVELLED = [
  `${LEVEL}: {1,5}(?<=^.{10})(?<client_ip>[\\da-fA-F.:]{2,45}):(?<client_port>\\d{1,5}) - "(?<method>[A-Z]{3,10}) (?<path>[^" ]{1,8192}) (?<protocol>HTTP/[\\d.]{1,5})" (?<status>[1-5]\\d\\d)(?: [\\w' -]{0,60})?`,
  `${LEVEL}:${NAME}:(?<message>.*)`,
  `${LEVEL}: {1,5}(?<=^.{10})(?<message>\\S.*)`,
  `${LEVEL} ${TIME} (?<logger>[\\w.]+) (?<pid>\\d+) (?<tid>\\d+) (?<message>.*)`,
  `${LEVEL} {1,8}${TIME} ${NAME}:? (?<message>.*)`,
].map((source) => new LogLayout(source));

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const first = line.charCodeAt(0);
  if (first === 0x5b) {
    if (startsWithDate(line, 1)) return BRACKETED.parse(line, event, nowMs);
    return line.charCodeAt(3) === 0x2f && parseLayouts(SERVED, line, event, nowMs);
  }
  if (first >= 48 && first <= 57) return DATED.parse(line, event, nowMs) || TIGHT.parse(line, event, nowMs);
  return parseLayouts(LEVELLED, line, event, nowMs);
}
