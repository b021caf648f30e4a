import { timeAt } from "../../../base/time/time-at.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { Format } from "../../format.js";
import { fail2ban as phrases } from "../../syslog/body/network.js";

/** fail2ban.log: `TIME fail2ban.LOGGER [PID]: LEVEL  [JAIL] Ban 192.0.2.1`. */
export const fail2ban: Format = {
  name: "fail2ban",
  summary: "fail2ban's own log, with jail, action and address",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" a"],
  starts: "2",
  hasContinuations: true,
  reference: "https://github.com/fail2ban/fail2ban: server/server.py, default format of a log target",
  examples: [
    {
      line: "2026-11-21 10:00:01,123 fail2ban.actions        [31]: NOTICE  [sshd] Ban 192.0.2.1",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","service":"fail2ban","pid":31,"logger":"fail2ban.actions",' +
        '"message":"[sshd] Ban 192.0.2.1","jail":"sshd","action":"Ban","client_ip":"192.0.2.1"}',
    },
    {
      line: "2026-11-21 10:00:01,123 fail2ban.server         [31]: INFO    Starting Fail2ban v1.0.2",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","service":"fail2ban","pid":31,"logger":"fail2ban.server","message":"Starting Fail2ban v1.0.2"}',
    },
    { line: "2026-11-21 10:00:01,123 fail2ban.actions: no process", event: undefined },
    { line: "2026-11-21 10:00:01,123 other.actions [31]: NOTICE [sshd] Ban 192.0.2.1", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      if (!line.startsWith(" fail2ban", 23) && !line.startsWith(" fail2ban", 19)) return false;
      const time = timeAt(line, 0, nowMs());
      const match = time === undefined ? null : LINE.exec(line.slice(time.end));
      if (time === undefined || match === null) return false;
      const [, logger, pid, word, text] = match;
      if (time.timestamp !== undefined) event.text("timestamp", time.timestamp);
      event.textIf("level", levelOfWord(word!));
      event.text("service", "fail2ban");
      event.number("pid", pid!.replace(/^0+(?=\d)/, ""));
      event.text("logger", logger!);
      event.text("message", text!);
      phrases.read(text!, event);
      return true;
    },
  }),
};

const LINE = /^ (fail2ban[\w.]{0,32}) {0,16}\[(\d{1,10})\]: ([A-Z]{4,10}) {1,8}(.*)$/s;
