import { table } from "../../base/table.js";
import { isoTime } from "../../base/time/read-time.js";
import { levelOfWord } from "../../event/level-words.js";
import { quote } from "../../event/writer.js";
import type { Format } from "../format.js";
import { Normaliser } from "../normalise/normaliser.js";
import { type Cell, splitCsv } from "../structured/cells.js";
import { PairFields } from "../structured/pairs/pairs.js";

/**
 * Palo Alto's firewalls: comma-separated fields without a header, whose meaning depends on the type in the fourth.
 * Names are those of the manual in snake_case; fields beyond those named here, which newer versions add, are the array
 * `extra`. Where the high resolution timestamp is among them, it is the time, and its zone that of the others.
 */
export const paloAlto: Format = {
  name: "palo-alto",
  aliases: ["pan-os"],
  summary: "logs of Palo Alto Networks' firewalls (PAN-OS): TRAFFIC, THREAT, SYSTEM, CONFIG and others",
  auto: true,
  starts: "0123456789,",
  openings: ["number", "other"],
  reference: "PAN-OS 11 Administrator's Guide: Syslog Field Descriptions",
  examples: [
    {
      line: '1,2026/11/21 10:00:01,012345678901,SYSTEM,general,2561,2026/11/21 10:00:00,,general,,0,0,general,informational,"User admin logged in via CLI, from 192.0.2.1",42,0x0',
      event:
        '{"timestamp":"2026-11-21T10:00:00Z","level":"info","receive_time":"2026-11-21T10:00:01Z","serial":"012345678901","type":"SYSTEM",' +
        '"subtype":"general","event_id":"general","module":"general","severity":"informational",' +
        '"message":"User admin logged in via CLI, from 192.0.2.1","sequence_number":42,"action_flags":"0x0"}',
    },
    {
      line: "1,2026/11/21 10:00:01,012345678901,TRAFFIC,end,2561,2026/11/21 10:00:00,192.0.2.1,198.51.100.7,,,allow-web,,,ssl,vsys1,trust,untrust,ae1,ae2,fwd,2026/11/21 10:00:00,77,1,51000,443,0,0,0x1c,tcp,allow,5200",
      event:
        '{"timestamp":"2026-11-21T10:00:00Z","receive_time":"2026-11-21T10:00:01Z","serial":"012345678901","type":"TRAFFIC","subtype":"end",' +
        '"src_ip":"192.0.2.1","dst_ip":"198.51.100.7","rule":"allow-web","network_application":"ssl","vsys":"vsys1","from_zone":"trust","to_zone":"untrust",' +
        '"in_interface":"ae1","out_interface":"ae2","log_action":"fwd","session_id":77,"repeat_count":1,"src_port":51000,"dst_port":443,' +
        '"nat_src_port":0,"nat_dst_port":0,"flags":"0x1c","protocol":"tcp","action":"allow","bytes":5200}',
    },
    {
      line: "1,2026/11/21 10:00:01,012345678901,CONFIG,0,0,2026/11/21 10:00:01,192.0.2.1,,edit,anna,Web,Succeeded,zone,42,0x8,0,0,0,0,,fw1,0,,0,2026-11-21T10:00:01.250+01:00",
      event:
        '{"timestamp":"2026-11-21T09:00:01.250Z","receive_time":"2026-11-21T09:00:01Z","serial":"012345678901","type":"CONFIG","subtype":"0",' +
        '"client":"192.0.2.1","command":"edit","user":"anna","client_type":"Web","result":"Succeeded","path":"zone","sequence_number":42,' +
        '"action_flags":"0x8","extra":["0","0","0","0","","fw1","0","","0","2026-11-21T10:00:01.250+01:00"]}',
    },
    {
      line: '1,2026/11/21 10:00:01,012345678901,CONFIG,0,0,2026/11/21 10:00:01,192.0.2.1,,edit,anna,Web,Succeeded,zone,"a, b",c,42,0x8',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","receive_time":"2026-11-21T10:00:01Z","serial":"012345678901","type":"CONFIG","subtype":"0",' +
        '"client":"192.0.2.1","command":"edit","user":"anna","client_type":"Web","result":"Succeeded","path":"zone","before_change":"a, b",' +
        '"after_change":"c","sequence_number":42,"action_flags":"0x8"}',
    },
    { line: "1,2026/11/21 10:00:01,012345678901,OTHER,end,2561,2026/11/21 10:00:00,x", event: undefined },
    { line: "1,2026/11/31 10:00:01,012345678901,TRAFFIC,end,2561,2026/11/31 10:00:00,x", event: undefined },
    { line: "1,2,3,4", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const fields = readPaloAlto(line);
        if (fields === undefined) return false;
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};

/** From the eighth field on; "" are fields without a use ("future_use") or that are told otherwise. */
const SESSION =
  "src_ip,dst_ip,nat_src_ip,nat_dst_ip,rule,user,dst_user,network_application,vsys,from_zone,to_zone,in_interface,out_interface,log_action,," +
  "session_id,repeat_count,src_port,dst_port,nat_src_port,nat_dst_port,flags,protocol,action";
const COLUMNS: Readonly<Record<string, readonly string[]>> = table({
  TRAFFIC:
    `${SESSION},bytes,bytes_sent,bytes_received,packets,start_time,elapsed_s,category,,sequence_number,action_flags,src_country,dst_country,,packets_sent,packets_received,session_end_reason`.split(
      ",",
    ),
  THREAT:
    `${SESSION},url,threat_id,category,severity,direction,sequence_number,action_flags,src_country,dst_country,,content_type,pcap_id,file_digest,cloud,url_index,user_agent,file_type,x_forwarded_for,referer,sender,subject,recipient,report_id`.split(
      ",",
    ),
  SYSTEM: "vsys,event_id,object,,,module,severity,message,sequence_number,action_flags".split(","),
  CONFIG: "client,vsys,command,user,client_type,result,path,sequence_number,action_flags".split(","),
  "HIP-MATCH":
    "user,vsys,machine_name,os,src_ip,hip,repeat_count,hip_type,,,sequence_number,action_flags".split(","),
  USERID:
    "vsys,src_ip,user,data_source_name,event_id,repeat_count,timeout,src_port,dst_port,data_source,data_source_type,sequence_number,action_flags".split(
      ",",
    ),
  GLOBALPROTECT:
    "vsys,event_id,stage,auth_method,tunnel_type,user,src_country,machine_name,public_ip,public_ipv6,private_ip,private_ipv6,host_id,serial_number,client_version,client_os,client_os_version,repeat_count,reason,error,description,status,location,login_duration,connect_method,error_code,portal,sequence_number,action_flags".split(
      ",",
    ),
});

/** Of CONFIG in a format of the user's, with what is not in the default one: before the sequence number. */
const WITH_CHANGES =
  "client,vsys,command,user,client_type,result,path,before_change,after_change,sequence_number,action_flags".split(
    ",",
  );

const HEAD = /^(?:\d{1,3})?,(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d),(\w{6,20}),([A-Z-]{5,13}),/;

/** Undefined when it is none of the types known here. */
export function readPaloAlto(text: string): PairFields | undefined {
  const head = HEAD.exec(text);
  if (head === null || !Object.hasOwn(COLUMNS, head[3]!)) return undefined;
  const cells = splitCsv(text);
  if (cells === undefined) return undefined;
  const columns = columnsOf(head[3]!, cells);
  const written = cells[6]?.text ?? "";
  const exact = exactTime(cells, written);
  const offset = exact?.slice(-6) ?? "";
  const received = isoTime(head[1]! + offset);
  const generated = isoTime(exact ?? written);
  if (received === undefined || generated === undefined) return undefined;
  const fields = new PairFields();
  fields.put("receive_time", quote(received));
  fields.put("serial", quote(head[2]!));
  fields.put("type", quote(head[3]!));
  fields.text("subtype", cells[4]!.text);
  for (const [n, name] of columns.entries()) {
    const cell = cells[n + 7];
    if (name !== "" && cell !== undefined) fields.bare(name, cell.text);
  }
  const extra = cells.slice(7 + columns.length).map((cell) => quote(cell.text));
  if (extra.length > 0) fields.put("extra", `[${extra.join(",")}]`);
  const level = levelOfWord((fields.get("severity") ?? "").replace(/"/g, ""));
  if (level !== undefined) fields.first("level", quote(level));
  fields.first("timestamp", quote(generated));
  return fields;
}

function columnsOf(type: string, cells: readonly Cell[]): readonly string[] {
  if (type !== "CONFIG") return COLUMNS[type]!;
  const hasChanges = !FLAGS.test(cells[15]?.text ?? "") && FLAGS.test(cells[17]?.text ?? "");
  return hasChanges ? WITH_CHANGES : COLUMNS["CONFIG"]!;
}

const FLAGS = /^0x[\da-f]{1,16}$/i;

/**
 * The high resolution timestamp of PAN-OS 10 and later, where it is that of the event: it has the zone of all times of
 * the line.
 */
function exactTime(cells: readonly Cell[], written: string): string | undefined {
  const minute = written.slice(0, 16).replaceAll("/", "-").replace(" ", "T");
  for (let n = cells.length - 1; n > 6; n--) {
    const { text } = cells[n]!;
    if (text.charCodeAt(10) === 0x54 && EXACT.test(text) && text.startsWith(minute)) return text;
  }
  return undefined;
}

const EXACT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}[+-]\d\d:\d\d$/;
