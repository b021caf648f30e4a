import type { Format } from "../../format.js";
import { Normaliser } from "../../normalise/normaliser.js";
import { readFirewallPairs } from "./firewall-pairs.js";

/**
 * `date`, `time` and `timezone` are one `timestamp`, `priority` or `severity` is the level; the other keys stay as they
 * are.
 */
export const sophos: Format = {
  name: "sophos",
  summary: "pairs of Sophos' firewalls: device= date= time= log_type= ...",
  auto: true,
  starts: "d",
  openings: ["lower", "pair"],
  reference: "Sophos Firewall syslog guide",
  examples: [
    {
      line: 'device="SFW" date=2026-11-21 time=10:00:01 timezone="CET" device_name="XG1" log_id=010101600001 log_type="Firewall" priority=Warning src_ip=192.0.2.1 dst_port=443',
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","level":"warn","device":"SFW","timezone":"CET","device_name":"XG1","log_id":"010101600001",' +
        '"log_type":"Firewall","priority":"Warning","src_ip":"192.0.2.1","dst_port":443}',
    },
    {
      line: 'device_name="SFW" timestamp="2026-11-21T10:00:01+0100" device_model="XGS87" log_id="062910617701" log_type="Event" severity="Notice" message="Admin logged in"',
      event:
        '{"level":"info","device_name":"SFW","timestamp":"2026-11-21T09:00:01Z","device_model":"XGS87","log_id":"062910617701","log_type":"Event",' +
        '"severity":"Notice","message":"Admin logged in"}',
    },
    { line: 'device="SFW" level=info', event: undefined },
    { line: 'device="SFW" date=2026-11-21 log_type="Firewall" and text', event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const fields = readFirewallPairs(line, "sophos");
        if (fields === undefined) return false;
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};
