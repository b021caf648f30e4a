import { hostname } from "node:os";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { enrichOptions } from "../../lib/stages/enrich/options.js";
import { type EnrichResources, openEnrichResources } from "../../lib/stages/enrich/resources.js";
import { checkEnrichment, createEnrichment } from "../../lib/stages/enrich/steps.js";
import { askedFields, doubtfulConstants } from "../../lib/stages/enrich/words/asked.js";

const DETAILS = `Sets fields of every event. A field that is there keeps its place and gets the new value; one that is not is added at the
end. Everything else in the event stays as it is, digit for digit. A dot in a name that is set is a part of it: the field stands beside
an object, not inside. A line that is no JSON object is set aside in the dead letters and counted.

**Order.** What is asked for is done in this order, and each step sees what the ones before it have set: \`--unpack\`; \`--env\`, \`--host\`;
\`--kubernetes\`, \`--url\`, \`--query-string\`, \`--user-agent\`, \`--geoip\`; \`--dns\`; \`--cast\`; \`--lookup\`; \`--set\`; \`--rename\`; \`--keep\`; \`--drop\`. The same option
given again works in the order it was given. For another order write \`enrich\` twice.

**\`--set NAME=VALUE\`.** A VALUE that is JSON (a number, \`true\`, \`"text"\`, \`[1,2]\`) is a constant. One that has the looks of an expression is
computed for each event (the language is that of \`filter\`): it has a comparison, \`&&\` or \`||\`, arithmetic or \`? :\` with blanks around the operator, a call like \`lower(level)\`, or
parentheses around the whole. Anything else is text: \`prod\`, \`eu-west-1\`, \`https://example.com\`. To be sure: quotes make a text of anything, \`--set 't="a < b"'\`; parentheses make
an expression of anything, and so \`--set 'copy=(other)'\` copies a field, digit for digit. Where an expression has no value (a field is missing, or of the wrong kind) nothing is set,
and that is counted.

**\`--lookup 'FROM on FIELD[=COLUMN][,...] [add COLUMN[=NAME],...] [as PREFIX]'\`.** FROM is a file (.csv, .tsv, .ndjson, .jsonl, .json with one object a line, .parquet; the text ones also .gz)
or \`sql: SELECT ...\`, which DuckDB runs once at the start. The row whose COLUMN equals the FIELD gives its columns, all but the key if \`add\` does not say which. Keys are compared as text: 7 and "7" are the
same. Of several rows with a key the first counts, and an event that meets such a key is counted as ambiguous. Without a row nothing is added; hits and misses are counted. A file that changes is read again within a second or so; what
is broken then leaves the old table in use, and is reported. Replace files whole (write another, then rename it).

**\`--geoip FILE.mmdb\`** looks the address in \`--geoip-field\` up in a MaxMind DB file (City, Country, ASN and their like; read again when it changes) and sets, where they are known, \`geo.continent.code\`, \`geo.country.iso_code\`, \`geo.country.name\`,
\`geo.region.iso_code\`, \`geo.region.name\`, \`geo.locality.name\` (the city), \`geo.postal_code\`, \`geo.location.lat\`, \`geo.location.lon\`, \`geo.timezone\`, \`as.number\` and \`as.organization.name\`. With \`--geoip-field
peer=server\` they are called \`server.geo.country.iso_code\` and so on. An address may have a port; one of IPv4 written as IPv6 is taken as IPv4.

**\`--user-agent FIELD\`** sets \`user_agent.name\`, \`user_agent.version\`, \`user_agent.os.name\`, \`user_agent.os.version\`, \`user_agent.device.type\` (desktop, mobile, tablet, tv), \`user_agent.device.name\` and
\`user_agent.is_bot\`. **\`--url FIELD\`** sets \`url.scheme\`, \`url.domain\`, \`url.port\`, \`url.path\`, \`url.query\` and \`url.fragment\`, as they are written; a user name and password in it are left out. **\`--query-string FIELD\`** sets
\`query\` to an object of the parameters, decoded; what is not UTF-8 when decoded stays as it is written, and a name that is given again makes an array. **\`--kubernetes\`** sets \`k8s.namespace.name\`, \`k8s.pod.name\`, \`k8s.pod.uid\`, \`k8s.container.name\`,
\`k8s.container.restart_count\` and \`container.id\` from a path below /var/log/containers, /var/log/pods or /var/lib/docker/containers. With FIELD=PREFIX the names begin with PREFIX instead.

**\`--unpack FIELD\`** puts the object or array that a string holds in the place of the string; \`FIELD=NAME\` sets it under another name; with \`FIELD=.\` the members of the object become those of the event, win over others of their
names, and the string goes. **\`--cast FIELD=TYPE\`** knows int, float, bool, string and time; what cannot be cast stays as it is, counted as \`cast_failures\`. **\`--keep\`** and **\`--drop\`** take names with
commas between them, paths into objects (\`user.email\`), and \`*\` for any characters.

**\`--dns FIELD[=NAME]\`** asks a name server for the name of an address and sets \`FIELD.domain\`. It is the one thing here that goes out to the network. A block of events waits for the answers at most \`--dns-wait\`; events whose answer comes later go without
(counted as \`dns.late\`), so that two runs may differ. Answers are kept for an hour, and at most 64 questions are under way at a time.`;

export default stage<typeof enrichOptions, EnrichResources>({
  name: "enrich",
  summary: "add fields to events",
  details: DETAILS,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: enrichOptions,
  examples: [
    {
      title: "Say where the events come from",
      command: "enrich --set env=prod --set replicas=3",
      stdin: '{"level":"info","message":"started","id":9223372036854775807}\n',
      stdout: '{"level":"info","message":"started","id":9223372036854775807,"env":"prod","replicas":3}\n',
    },
    {
      title: "Compute a field",
      command: "enrich --set 'slow=latency_ms > 500' --set 'path=lower(path)'",
      stdin: '{"path":"/Cart","latency_ms":812.50}\n{"path":"/"}\n',
      stdout: '{"path":"/cart","latency_ms":812.50,"slow":true}\n{"path":"/"}\n',
    },
    {
      title: "Who is it: columns of a file, found by the user's number",
      command: "enrich --lookup 'users.csv on user_id=id add name,plan as user_'",
    },
    {
      title: "Where the requests come from",
      command: "enrich --geoip GeoLite2-City.mmdb --geoip GeoLite2-ASN.mmdb --user-agent user_agent",
    },
    {
      title: "Take an address apart",
      command: "enrich --url path --query-string path",
      stdin: '{"path":"/search?q=red%20lamp&page=2"}\n',
      stdout:
        '{"path":"/search?q=red%20lamp&page=2","url.path":"/search","url.query":"q=red%20lamp&page=2","query":{"q":"red lamp","page":"2"}}\n',
    },
    {
      title: "Open JSON in a string, make types right, and leave out the rest",
      command: "enrich --unpack log=. --cast status=int --rename msg=message --drop '_*'",
      stdin: '{"stream":"stdout","log":"{\\"msg\\":\\"done\\",\\"status\\":\\"200\\"}","_p":"F"}\n',
      stdout: '{"stream":"stdout","message":"done","status":200}\n',
    },
  ],
  input: "events",
  ownOperands: 0,
  reads: ({ options }) => askedFields(options),
  isStateless: () => true,
  open: ({ options }, io) => openEnrichResources(options, io, readSql, hostname),
  check: ({ options }, context) => checkEnrichment(options, context),
  create: ({ options }, context, resources) => createEnrichment(options, resources, context),
  report: ({ options }) => {
    const text = doubtfulConstants(options);
    return text === undefined ? undefined : { text };
  },
});

/** DuckDB is loaded when it is wanted. */
async function readSql(sql: string, rowsMax: number) {
  const { readRows } = await import("../../lib/query/read-rows.js");
  return readRows(sql, rowsMax);
}
