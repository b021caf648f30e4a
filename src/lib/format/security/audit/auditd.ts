import type { Format } from "../../format.js";
import { PairFields } from "../../structured/pairs/pairs.js";
import { auditPairs, auditRecord } from "./parts.js";

/**
 * Records of Linux's audit, a line each: `type=TYPE msg=audit(SECONDS.MS:SERIAL): pairs`. The records of one event have
 * the same `serial`. `audit_type` is the type, `message` the text behind the stamp, and the pairs are fields: text that
 * the kernel wrote in hexadecimal (`proctitle`, `cmd`) is text again, `?` and `(null)` are left out.
 */
export const auditd: Format = {
  name: "auditd",
  aliases: ["audit"],
  summary: "Linux audit: type=SYSCALL msg=audit(...): pairs, with hexadecimal text decoded",
  auto: true,
  starts: "tn",
  openings: ["lower", "pair"],
  reference:
    "auditd(8), ausearch(8); https://github.com/linux-audit/audit-documentation/wiki/SPEC-Writing-Good-Events",
  examples: [
    {
      line: 'type=SYSCALL msg=audit(1795255201.123:45): arch=c000003e syscall=59 success=yes exit=0 a0=55d0 ppid=7 pid=8 uid=1000 tty=(none) comm="ls" exe="/usr/bin/ls" key=(null)',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","audit_type":"SYSCALL","serial":45,' +
        '"message":"arch=c000003e syscall=59 success=yes exit=0 a0=55d0 ppid=7 pid=8 uid=1000 tty=(none) comm=\\"ls\\" exe=\\"/usr/bin/ls\\" key=(null)",' +
        '"arch":"c000003e","syscall":59,"success":"yes","exit":0,"a0":"55d0","ppid":7,"pid":8,"uid":1000,"comm":"ls","exe":"/usr/bin/ls"}',
    },
    {
      line: "node=web1 type=PROCTITLE msg=audit(1795255201.123:45): proctitle=6C73002D6C",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","host":"web1","audit_type":"PROCTITLE","serial":45,"message":"proctitle=6C73002D6C","proctitle":"ls -l"}',
    },
    {
      line: "type=SOCKADDR msg=audit(1795255201.123:46): saddr=020001BB0A000009\u001dSADDR={ saddr_fam=inet laddr=10.0.0.9 lport=443 }",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","audit_type":"SOCKADDR","serial":46,' +
        '"message":"saddr=020001BB0A000009 SADDR={ saddr_fam=inet laddr=10.0.0.9 lport=443 }","saddr":"020001BB0A000009",' +
        '"saddr_fam":"inet","laddr":"10.0.0.9","lport":443}',
    },
    {
      line: 'type=PATH msg=audit(1795255201.123:47): item=0 ouid=0 cap_frootid=0#035OUID="root" OGID="root"',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","audit_type":"PATH","serial":47,' +
        '"message":"item=0 ouid=0 cap_frootid=0 OUID=\\"root\\" OGID=\\"root\\"","item":0,"ouid":0,"cap_frootid":0,"OUID":"root","OGID":"root"}',
    },
    { line: "type=SYSCALL msg=audit(yesterday:45): arch=c000003e", event: undefined },
    { line: "type=event level=info msg=x", event: undefined },
  ],
  create: () => ({
    parse(line, event) {
      const record = auditRecord(line);
      if (record === undefined) return false;
      event.text("timestamp", record.timestamp);
      event.textIf("host", record.host);
      event.text("audit_type", record.type);
      event.number("serial", record.serial.replace(/^0+(?=\d)/, ""));
      event.text("message", record.text.replaceAll("\u001d", " ").trim());
      const fields = new PairFields();
      auditPairs(record.text, record.type, fields);
      for (const name of TAKEN) rename(fields, name);
      if (fields.names.length > 0) fields.copy(0, fields.names.length - 1, event);
      return true;
    },
  }),
};

/** Names that the event has already: the pair keeps its value under the name with a line behind it. */
const TAKEN = ["timestamp", "host", "audit_type", "serial", "message"];

function rename(fields: PairFields, name: string): void {
  const raw = fields.take(name);
  if (raw !== undefined) fields.put(`audit_${name}`, raw);
}
