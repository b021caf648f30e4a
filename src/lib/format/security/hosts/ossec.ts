import { timeAt } from "../../../base/time/time-at.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { Format } from "../../format.js";

/** ossec.log of OSSEC and Wazuh: `2026/11/21 10:00:01 DAEMON[:MODULE][PID][ FILE:LINE at FUNCTION()]: LEVEL: text`. */
export const ossec: Format = {
  name: "ossec",
  aliases: ["wazuh"],
  summary: "OSSEC's and Wazuh's own log",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" a"],
  starts: "2",
  reference: "https://github.com/wazuh/wazuh: src/shared/debug_op.c",
  examples: [
    {
      line: "2026/11/21 10:00:01 wazuh-modulesd:syscollector: INFO: Module started.",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","service":"wazuh-modulesd","module":"syscollector","message":"Module started."}',
    },
    {
      line: "2026/11/21 10:00:01 ossec-remoted[31] secure.c:45 at HandleSecure(): ERROR: (1403): Incorrectly formatted message",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","service":"ossec-remoted","pid":31,"file":"secure.c","line":45,"function":"HandleSecure",' +
        '"code":"1403","message":"Incorrectly formatted message"}',
    },
    { line: "2026/11/21 10:00:01 other: INFO: text", event: undefined },
    { line: "2026/11/21 10:00:01 wazuh-agentd: text", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      const match = LINE.exec(line);
      const time = match === null ? undefined : timeAt(line, 0, nowMs());
      const level = match === null ? undefined : levelOfWord(match[7]!);
      if (match === null || time?.timestamp === undefined || level === undefined) return false;
      event.text("timestamp", time.timestamp);
      event.text("level", level);
      event.text("service", match[1]!);
      if (match[3] !== undefined) event.number("pid", match[3].replace(/^0+(?=\d)/, ""));
      event.textIf("module", match[2]);
      event.textIf("file", match[4]);
      if (match[5] !== undefined) event.number("line", match[5].replace(/^0+(?=\d)/, ""));
      event.textIf("function", match[6]);
      event.textIf("code", match[8]);
      event.text("message", match[9]!);
      return true;
    },
  }),
};

const LINE =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d ((?:wazuh|ossec)-[a-z]{2,32}|rootcheck|sca|manage_agents)(?::([\w.-]{1,64}))?(?:\[(\d{1,10})\])?(?: ([\w.-]{1,64}):(\d{1,7}) at (\w{1,64})\(\))?: ([A-Z]{4,10}): (?:\((\d{3,5})\): )?(.*)$/s;
