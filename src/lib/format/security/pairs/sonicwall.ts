import type { Format } from "../../format.js";
import { Normaliser } from "../../normalise/normaliser.js";
import { readFirewallPairs } from "./firewall-pairs.js";

/** `pri` is a severity of syslog and the level; the other keys stay as they are. */
export const sonicwall: Format = {
  name: "sonicwall",
  summary: "pairs of SonicWall's firewalls: id=firewall sn= time= fw= pri= ...",
  auto: true,
  starts: "i",
  openings: ["lower", "pair"],
  reference: "SonicWall SonicOS Log Events Reference",
  examples: [
    {
      line: 'id=firewall sn=18B169000001 time="2026-11-21 10:00:01 UTC" fw=192.0.2.1 pri=1 c=32 m=1153 msg="remote user login allowed" src=198.51.100.7:6004:X1',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"fatal","id":"firewall","sn":"18B169000001","fw":"192.0.2.1","pri":1,"c":32,"m":1153,' +
        '"message":"remote user login allowed","src":"198.51.100.7:6004:X1"}',
    },
    {
      line: 'id=sslvpn sn=18B169000001 time="2026-11-21 10:00:01" fw=192.0.2.1 pri=5 m=1 msg="ok"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","id":"sslvpn","sn":"18B169000001","fw":"192.0.2.1","pri":5,"m":1,"message":"ok"}',
    },
    { line: "id=7 time=12ms level=info", event: undefined },
    { line: "id=firewall pri=1 fw=192.0.2.1 and text", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const fields = readFirewallPairs(line, "sonicwall");
        if (fields === undefined) return false;
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};
