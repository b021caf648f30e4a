import type { Format } from "../../format.js";
import { Normaliser } from "../../normalise/normaliser.js";
import { readFirewallPairs } from "./firewall-pairs.js";

/**
 * `pri` is a severity of syslog and the level; the other keys stay as they are. The address of the device may stand
 * before.
 */
export const sonicwall: Format = {
  name: "sonicwall",
  summary: "pairs of SonicWall's firewalls: id=firewall sn= time= fw= pri= ...",
  auto: true,
  starts: "i0123456789",
  openings: ["lower", "pair", "address"],
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
    {
      line: '192.0.2.7  id=firewall sn=18B169000001 time="2026-11-21 10:00:01 UTC" fw=192.0.2.1 pri=6 m=98 msg="Connection Opened" app=49177',
      event:
        '{"host":"192.0.2.7","timestamp":"2026-11-21T10:00:01Z","level":"info","id":"firewall","sn":"18B169000001","fw":"192.0.2.1","pri":6,"m":98,' +
        '"message":"Connection Opened","app":"49177"}',
    },
    { line: "192.0.2.7 id=firewall of the shop", event: undefined },
    { line: "id=7 time=12ms level=info", event: undefined },
    { line: "id=firewall pri=1 fw=192.0.2.1 and text", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const at = line.charCodeAt(0) === 0x69 ? 0 : behindAddress(line);
        if (at < 0) return false;
        const fields = readFirewallPairs(at === 0 ? line : line.slice(at), "sonicwall");
        if (fields === undefined) return false;
        if (at > 0) event.text("host", line.slice(0, line.indexOf(" ")));
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};

const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3} {1,4}(?=id=)/;

/** Where the pairs begin behind an address; -1. */
function behindAddress(line: string): number {
  const blank = line.indexOf(" ");
  const next = line.charCodeAt(blank + 1);
  if (next !== 0x69 && next !== 0x20) return -1;
  return ADDRESS.exec(line)?.[0].length ?? -1;
}
