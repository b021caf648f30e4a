import type { Format } from "../../format.js";
import { readFilterlog } from "../../syslog/body/packets.js";

/** The comma-separated packets of pf that pfSense and OPNsense log, without a header; with one they are syslog. */
export const filterlog: Format = {
  name: "filterlog",
  aliases: ["pf", "pfsense", "opnsense"],
  summary: "packets logged by pf on pfSense and OPNsense",
  auto: true,
  openings: ["number", "other"],
  starts: "0123456789,",
  reference: "https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html",
  examples: [
    {
      line: "5,,,1000000103,igb0,match,block,in,4,0x0,,64,12345,0,none,17,udp,78,192.0.2.1,198.51.100.7,137,137,58",
      event:
        '{"message":"5,,,1000000103,igb0,match,block,in,4,0x0,,64,12345,0,none,17,udp,78,192.0.2.1,198.51.100.7,137,137,58","rule_number":5,"tracker":1000000103,' +
        '"in_interface":"igb0","reason":"match","action":"block","direction":"in","ip_version":4,"tos":"0x0","ttl":64,"id":12345,"offset":"0","flags":"none",' +
        '"protocol_id":"17","protocol":"udp","length":78,"src_ip":"192.0.2.1","dst_ip":"198.51.100.7","src_port":137,"dst_port":137,"data_length":58}',
    },
    {
      line: "7,,,0,igb1,match,pass,out,6,0x00,0x00000,255,ICMPv6,58,32,2001:db8::1,2001:db8::2,",
      event:
        '{"message":"7,,,0,igb1,match,pass,out,6,0x00,0x00000,255,ICMPv6,58,32,2001:db8::1,2001:db8::2,","rule_number":7,"tracker":0,"in_interface":"igb1","reason":"match",' +
        '"action":"pass","direction":"out","ip_version":6,"class":"0x00","flow_label":"0x00000","ttl":255,"protocol":"ICMPv6","protocol_id":"58","length":32,' +
        '"src_ip":"2001:db8::1","dst_ip":"2001:db8::2"}',
    },
    { line: "1,2,3,4,5,6,7,8,4,10,11,12,13,14,15", event: undefined },
    { line: "5,,,1000000103,igb0,match", event: undefined },
  ],
  create: () => ({
    parse(line, event) {
      if (!HEAD.test(line)) return false;
      event.text("message", line);
      return readFilterlog(line, event);
    },
  }),
};

const HEAD =
  /^\d{0,6},\d{0,6},[^,]{0,64},\d{0,12},[\w.]{1,32},[a-z-]{1,32},(?:pass|block|reject|rdr|nat|match),(?:in|out|in\/out),[46],/;
