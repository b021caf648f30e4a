import { rfc3164Time } from "../../../base/time/read-time.js";
import type { Level } from "../../../event/level-words.js";
import type { Format } from "../../format.js";
import { ALERT } from "../../syslog/body/network.js";
import { Phrases } from "../../syslog/body/phrases.js";

/**
 * fast.log of Suricata and Snort: `MM/DD/YYYY-hh:mm:ss.ffffff  [**] [GID:SID:REV] text [**] [Classification: ...]
 * [Priority: n] {PROTO} a:p -> b:p`. Snort leaves the year out, or writes two digits of it. The text is `signature`,
 * and the message with all that follows. Priority 1 is error, 2 warn, others info.
 */
export const fastAlert: Format = {
  name: "suricata-fast",
  aliases: ["snort", "snort-fast"],
  summary: "fast.log of Suricata and Snort: alerts, a line each",
  auto: true,
  openings: ["day"],
  starts: "01",
  reference: "https://docs.suricata.io: fast.log; Snort manual, 2.6.2 alert_fast",
  examples: [
    {
      line: "11/21/2026-10:00:01.123456  [**] [1:2000001:2] EXAMPLE scan [**] [Classification: Attempted Information Leak] [Priority: 2] {UDP} 192.0.2.1:5060 -> 198.51.100.7:5060",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"warn","message":"EXAMPLE scan","generator_id":1,"signature_id":2000001,"revision":2,' +
        '"signature":"EXAMPLE scan","classification":"Attempted Information Leak","priority":2,"protocol":"UDP","src_ip":"192.0.2.1","src_port":5060,' +
        '"dst_ip":"198.51.100.7","dst_port":5060}',
    },
    {
      line: "11/21-10:00:01.123456 [Drop] [**] [1:7:1] EXAMPLE [**] [Priority: 1] {ICMP} 192.0.2.1 -> 198.51.100.7",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"error","action":"Drop","message":"EXAMPLE","generator_id":1,"signature_id":7,"revision":1,' +
        '"signature":"EXAMPLE","priority":1,"protocol":"ICMP","src_ip":"192.0.2.1","dst_ip":"198.51.100.7"}',
    },
    {
      line: "13/21/2026-10:00:01.123456  [**] [1:2:3] x [**] [Priority: 2] {UDP} 192.0.2.1 -> 192.0.2.2",
      event: undefined,
    },
    { line: "11/21/2026-10:00:01.123456  [**] no alert", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      const head = HEAD.exec(line);
      if (head === null) return false;
      const [whole, month, day, year, clock, action] = head;
      const name = MONTHS[Number(month) - 1];
      const full = year === undefined ? "" : `${year.length === 2 ? `20${year}` : year} `;
      const timestamp =
        name === undefined ? undefined : rfc3164Time(`${name} ${day} ${full}${clock}`, nowMs());
      const rest = line.slice(whole.length);
      const text = TEXT.exec(rest)?.[1];
      if (timestamp === undefined || text === undefined) return false;
      event.text("timestamp", timestamp);
      event.text("level", levelOf(/\[Priority: (\d{1,3})\]/.exec(rest)?.[1]));
      event.textIf("action", action);
      event.text("message", text);
      return alert.read(rest, event);
    },
  }),
};

const alert = new Phrases([ALERT]);
const HEAD =
  /^(\d\d)\/(\d\d)(?:\/(\d{4}|\d\d))?-(\d\d:\d\d:\d\d\.\d{1,9}) {1,4}(?:\[(Drop|wDrop|Block|Reject|\w{3,12})\] )?\[\*\*\] /;
const TEXT = /^\[\d{1,10}:\d{1,10}:\d{1,10}\] (.{1,512}?) {0,4}(?:\[\*\*\]|\[Classification|\[Priority|\{)/;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function levelOf(priority: string | undefined): Level {
  return priority === "1" ? "error" : priority === "2" ? "warn" : "info";
}
