import type { Format } from "../../format.js";
import { Normaliser } from "../../normalise/normaliser.js";
import { readFirewallPairs } from "./firewall-pairs.js";

/**
 * `date` and `time` with `tz`, or `eventtime` where it is there, are one `timestamp`; the other keys stay as they are.
 * Level: that of the line, in the words of the project.
 */
export const fortigate: Format = {
  name: "fortigate",
  summary: "pairs of Fortinet's firewalls: date=, time=, logid=, type= ...",
  auto: true,
  starts: "dlit",
  openings: ["lower", "pair"],
  reference: "Fortinet FortiOS Log Message Reference",
  examples: [
    {
      line: 'date=2026-11-21 time=10:00:01 eventtime=1795251601123456789 tz="+0100" devname="FW-1" devid="FG100" logid="0100032002" type="event" level="alert" msg="Administrator login failed" srcport=0',
      event:
        '{"timestamp":"2026-11-21T09:00:01.123456789Z","level":"fatal","tz":"+0100","devname":"FW-1","devid":"FG100","logid":"0100032002",' +
        '"type":"event","message":"Administrator login failed","srcport":0}',
    },
    {
      line: 'date=2026-11-21 time=10:00:01 devname=FW-1 vd=root level=notice action="close" tz="-0700"',
      event:
        '{"timestamp":"2026-11-21T17:00:01Z","level":"info","devname":"FW-1","vd":"root","action":"close","tz":"-0700"}',
    },
    {
      line: 'date=2026-11-21 time=10:00:01 devname="FW-1" vd="root" subtype="webfilter" level="notice" hostname="www.example.org" app="HTTPS.BROWSER" url="/x"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","devname":"FW-1","vd":"root","subtype":"webfilter",' +
        '"hostname":"www.example.org","app":"HTTPS.BROWSER","url":"/x"}',
    },
    { line: "date=2026-11-21 time=10:00:01 level=info text=x", event: undefined },
    { line: 'date=2026-11-21 time=10:00:01 devname="FW-1', event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const fields = readFirewallPairs(line, "fortigate");
        if (fields === undefined) return false;
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};
