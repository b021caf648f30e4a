import { table } from "../../base/table.js";
import { epochTime } from "../../base/time/read-time.js";
import { timeAt } from "../../base/time/time-at.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { loose } from "../tables/columns.js";

/**
 * The slow query log of MySQL, MariaDB and Percona Server. A record has several lines: comments with figures, then the
 * statement, which is the `message`. Figures have MySQL's names in small letters (`query_time` and `lock_time` in
 * seconds, `rows_sent` ...), `Schema` is `database`, `Id` and `Thread_id` are `connection`. Without `# Time`, which
 * older servers write once a second, the time is that of `SET timestamp`.
 */
export const mysqlSlow: Format = {
  name: "mysql-slow",
  summary: "slow query log of MySQL, MariaDB and Percona Server, a statement an event",
  auto: true,
  openings: ["#"],
  hasContinuations: true,
  spansLines: true,
  reference:
    "https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html#slow-query-log-contents; sql/log.cc",
  examples: [
    {
      line:
        "# Time: 2026-11-21T10:00:01.372281Z\n# User@Host: anna[anna] @ shop [192.0.2.7]  Id:    31\n" +
        "# Query_time: 1.790578  Lock_time: 0.000138 Rows_sent: 0  Rows_examined: 896846\nuse shop;\n" +
        "SET timestamp=1795255200;\nSELECT id FROM cart\nWHERE total > 7;",
      event:
        '{"timestamp":"2026-11-21T10:00:01.372281Z","user":"anna","client_host":"shop","client_ip":"192.0.2.7","connection":31,' +
        '"query_time":1.790578,"lock_time":0.000138,"rows_sent":0,"rows_examined":896846,"database":"shop",' +
        '"message":"SELECT id FROM cart\\nWHERE total > 7;"}',
    },
    {
      line:
        "# User@Host: root[root] @ localhost []\n# Thread_id: 7  Schema: shop  QC_hit: No\n# Query_time: 2.5  Lock_time: 0.0\n" +
        "SET timestamp=1795255200;\nSELECT 1;",
      event:
        '{"timestamp":"2026-11-21T10:00:00Z","user":"root","client_host":"localhost","connection":7,"database":"shop","qc_hit":"No",' +
        '"query_time":2.5,"lock_time":0.0,"message":"SELECT 1;"}',
    },
    {
      line:
        "# User@Host: root[root] @ localhost []\n# Query_time: 0.5\n#\n# explain: id\tselect_type\n# explain: 1\tSIMPLE\n#\n" +
        "SET timestamp=1795255200;\nSELECT 1;",
      event:
        '{"timestamp":"2026-11-21T10:00:00Z","user":"root","client_host":"localhost","query_time":0.5,"message":"SELECT 1;"}',
    },
    { line: "# Time: 2026-11-21T10:00:01.372281Z", event: '{"timestamp":"2026-11-21T10:00:01.372281Z"}' },
    { line: "# Time flies", event: undefined },
    { line: "# Time: soon", event: undefined },
    { line: "# User@Host: someone", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (text, event) => parse(text, event, nowMs()) }),
};

/** `170213  6:00:33`: an hour of one digit behind two blanks. */
const SHORT_TIME = /^(\d{6}) {2}(\d:\d\d:\d\d)$/;
const USER =
  /^# User@Host: ([^[\s]{0,255})\[([^\]]{0,255})\] @ {1,2}([^\s[]{0,255}) ?\[([^\]]{0,64})\](?: {1,8}Id: {1,12}(\d{1,20}))?\s{0,8}$/;
const FIGURE = /([A-Z][A-Za-z_]{1,48}): {0,2}([^\s:]{1,256})(?= |$)/g;
const USE = /^use [`"]?([^`";]{1,128})[`"]?;$/i;
const SET_TIMESTAMP = /^SET timestamp=(\d{9,10}(?:\.\d{1,6})?);$/;

interface Slow {
  timestamp: string | undefined;
  began: string | undefined;
  readonly fields: Map<string, string>;
  readonly statement: string[];
}

function parse(text: string, event: EventWriter, nowMs: number): boolean {
  if (!text.startsWith("# Time: ") && !text.startsWith("# User@Host: ")) return false;
  const slow: Slow = { timestamp: undefined, began: undefined, fields: new Map(), statement: [] };
  for (const line of text.split("\n")) if (!take(line, slow, nowMs)) return false;
  const timestamp = slow.timestamp ?? slow.began;
  if (timestamp !== undefined) event.text("timestamp", timestamp);
  for (const [name, value] of slow.fields) loose(name)(value, event);
  if (slow.statement.length > 0) event.text("message", slow.statement.join("\n"));
  return true;
}

/** False where a line that should say something does not. */
function take(line: string, slow: Slow, nowMs: number): boolean {
  if (slow.statement.length > 0) return keep(line, slow);
  if (line.startsWith("# Time:")) return takeTime(line, slow, nowMs);
  if (line.startsWith("# User@Host:")) return takeUser(line, slow.fields);
  if (line.startsWith("# administrator command: ")) return keep(line.slice(2), slow);
  if (line === "#" || line.startsWith("# explain: ")) return true;
  if (line.startsWith("# ")) return takeFigures(line, slow.fields);
  const database = USE.exec(line);
  if (database !== null) slow.fields.set("database", database[1]!);
  const began = SET_TIMESTAMP.exec(line);
  if (began !== null) slow.began = epochTime(began[1]!, "s");
  return database !== null || began !== null || keep(line, slow);
}

function keep(line: string, { statement }: Slow): true {
  statement.push(line);
  return true;
}

function takeTime(line: string, slow: Slow, nowMs: number): boolean {
  const text = line.slice(8).trimEnd().replace(SHORT_TIME, "$1 0$2");
  const found = timeAt(text, 0, nowMs);
  if (found?.end !== text.length) return false;
  slow.timestamp = found.timestamp;
  return true;
}

function takeUser(line: string, fields: Map<string, string>): boolean {
  const match = USER.exec(line);
  if (match === null) return false;
  const [, user, account, host, address, id] = match;
  set(fields, "user", user || account);
  set(fields, "client_host", host);
  set(fields, "client_ip", address);
  set(fields, "connection", id);
  return true;
}

function takeFigures(line: string, fields: Map<string, string>): true {
  for (const [, title, value] of line.matchAll(FIGURE)) {
    const name = title!.toLowerCase();
    set(fields, NAMES[name] ?? name, value);
  }
  return true;
}

const NAMES: Readonly<Record<string, string>> = table({
  schema: "database",
  thread_id: "connection",
  id: "connection",
});

function set(fields: Map<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined && value !== "" && !fields.has(name)) fields.set(name, value);
}
