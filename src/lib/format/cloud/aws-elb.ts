import type { Format } from "../format.js";
import { integer, measure, request, status, text, time, withPort } from "../tables/columns.js";
import { positional } from "./positional.js";

/** Access logs of AWS Classic Load Balancers. Names as in aws-alb.ts; `backend_*` is what is a target there. */
export const awsElb: Format = {
  name: "aws-elb",
  aliases: ["elb"],
  summary: "access logs of AWS Classic Load Balancers",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" a", " A", " 0", " _"],
  reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
  examples: [
    {
      line: '2026-11-21T10:00:01.945958Z shop-elb 192.0.2.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://shop.example:80/ HTTP/1.1" "curl/8.5.0" - -',
      event:
        '{"timestamp":"2026-11-21T10:00:01.945958Z","elb":"shop-elb","client_ip":"192.0.2.7","client_port":2817,"backend_ip":"10.0.0.1",' +
        '"backend_port":80,"request_processing_time":0.000073,"backend_processing_time":0.001048,"response_processing_time":0.000057,' +
        '"status":200,"backend_status":200,"request_bytes":0,"bytes":29,"method":"GET","url":"http://shop.example:80/",' +
        '"protocol":"HTTP/1.1","user_agent":"curl/8.5.0"}',
    },
    {
      line: '2026-11-21T10:00:01.945958Z shop-elb 192.0.2.7:2817 - -1 -1 -1 - - 82 305 "- - - " "-" - -',
      event:
        '{"timestamp":"2026-11-21T10:00:01.945958Z","elb":"shop-elb","client_ip":"192.0.2.7","client_port":2817,"request_processing_time":-1,' +
        '"backend_processing_time":-1,"response_processing_time":-1,"request_bytes":82,"bytes":305}',
    },
    { line: "2026-11-21T10:00:01.945958Z shop-elb 192.0.2.7:2817 is up", event: undefined },
    {
      line: '2026-11-21T10:00:01.945958Z shop-elb 192.0.2.7:2817 - fast -1 -1 - - 82 305 "- - - " "-" - -',
      event: undefined,
    },
  ],
  create: () => positional(COLUMNS, { least: 12, first: FIRST }),
};

const FIRST =
  /^\d{4}-\d\d-\d\dT[\d:.]{8,20}Z [\w-]{1,64} [\da-f.:]{3,45}:\d{1,5} (?:-|[\da-f.:]{3,45}:\d{1,5}) -?[\d.]{1,12} -?[\d.]{1,12} /;
const COLUMNS = [
  time("timestamp"),
  text("elb"),
  withPort("client_ip", "client_port"),
  withPort("backend_ip", "backend_port"),
  measure("request_processing_time"),
  measure("backend_processing_time"),
  measure("response_processing_time"),
  status("status"),
  status("backend_status"),
  integer("request_bytes"),
  integer("bytes"),
  request("url"),
  text("user_agent"),
  text("ssl_cipher"),
  text("ssl_protocol"),
];
