import type { Format } from "../format.js";
import { address, commonTime, integer, request, status, text } from "../tables/columns.js";
import { positional } from "./positional.js";

/**
 * Server access logs of Amazon S3, with the columns that were added over the years. Times of requests are milliseconds.
 */
export const awsS3: Format = {
  name: "aws-s3",
  aliases: ["s3"],
  summary: "server access logs of Amazon S3",
  auto: true,
  openings: ["number", "lower", "upper", "other", "address", "day"],
  reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
  examples: [
    {
      line: '79a5 shop-bucket [21/Nov/2026:10:00:01 +0000] 192.0.2.7 arn:aws:iam::123456789012:user/anna 3E57427F3EXAMPLE REST.GET.OBJECT cart/7.json "GET /cart/7.json HTTP/1.1" 200 - 113 350 7 3 "-" "S3Console/0.4" - s9lz= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop-bucket.s3.eu-west-1.amazonaws.com TLSv1.2 - Yes',
      event:
        '{"bucket_owner":"79a5","bucket":"shop-bucket","timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7",' +
        '"requester":"arn:aws:iam::123456789012:user/anna","request_id":"3E57427F3EXAMPLE","operation":"REST.GET.OBJECT","key":"cart/7.json",' +
        '"method":"GET","path":"/cart/7.json","protocol":"HTTP/1.1","status":200,"bytes":113,"object_size":350,"duration_ms":7,' +
        '"turn_around_ms":3,"user_agent":"S3Console/0.4","host_id":"s9lz=","signature_version":"SigV4",' +
        '"ssl_cipher":"ECDHE-RSA-AES128-GCM-SHA256","authentication_type":"AuthHeader",' +
        '"http_host":"shop-bucket.s3.eu-west-1.amazonaws.com","ssl_protocol":"TLSv1.2","acl_required":"Yes"}',
    },
    {
      line: "79a5 shop-bucket [21/Nov/2026:10:00:01 +0000] - AmazonS3 3E57427F3EXAMPLE BATCH.DELETE.OBJECT a/b - 204 - - 350 - - - - -",
      event:
        '{"bucket_owner":"79a5","bucket":"shop-bucket","timestamp":"2026-11-21T10:00:01Z","requester":"AmazonS3",' +
        '"request_id":"3E57427F3EXAMPLE","operation":"BATCH.DELETE.OBJECT","key":"a/b","status":204,"object_size":350}',
    },
    {
      line: '192.0.2.7 - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 5',
      event: undefined,
    },
    {
      line: "79a5 shop-bucket [21/Nov/2026:10:00:01 +0000] 192.0.2.7 anna 3E57 REST.GET.OBJECT",
      event: undefined,
    },
  ],
  create: () => positional(COLUMNS, { least: 17, first: FIRST, hasBrackets: true }),
};

const FIRST =
  /^[\w-]{1,128} [\w.-]{1,128} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d: +-]{14}\] [\w.:-]{1,64} \S{1,512} \S{1,64} [A-Z][A-Z0-9]{1,16}\.[A-Z0-9_.]{1,64} /;
const COLUMNS = [
  text("bucket_owner"),
  text("bucket"),
  commonTime("timestamp"),
  address("client_ip"),
  text("requester"),
  text("request_id"),
  text("operation"),
  text("key"),
  request("path"),
  status("status"),
  text("error_code"),
  integer("bytes"),
  integer("object_size"),
  integer("duration_ms"),
  integer("turn_around_ms"),
  text("referer"),
  text("user_agent"),
  text("version_id"),
  text("host_id"),
  text("signature_version"),
  text("ssl_cipher"),
  text("authentication_type"),
  text("http_host"),
  text("ssl_protocol"),
  text("access_point_arn"),
  text("acl_required"),
];
