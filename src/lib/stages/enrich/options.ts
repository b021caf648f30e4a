/** What can be given to `enrich`. */
import { duration, flag, integer, list, size, text, type ValuesOf } from "../../options/options.js";
import { fieldList } from "../../options/stream.js";

export const enrichOptions = {
  set: list({
    fromProject: "free",
    metavar: "NAME=VALUE",
    summary: "set a field to a constant, or to an expression of other fields (again for more)",
  }),
  env: list({
    fromProject: "consent",
    metavar: "VARIABLE[=FIELD]",
    summary: "set a field to an environment variable",
  }),
  host: flag({ fromProject: "free", summary: "set `host` to the name of this machine" }),
  lookup: list({
    fromProject: "consent",
    metavar: "'FILE on FIELD[=COLUMN]'",
    summary: "add columns of a CSV, NDJSON or Parquet file, or of 'sql: SELECT ...' (see below)",
  }),
  geoip: list({
    fromProject: "consent",
    metavar: "FILE.mmdb",
    summary: "add where an address is and whose, from MaxMind DB files",
  }),
  geoipField: list({
    fromProject: "free",
    metavar: "FIELD[=PREFIX]",
    summary: "the field with the address, default client_ip; PREFIX for the names that are set",
  }),
  userAgent: list({
    fromProject: "free",
    metavar: "FIELD[=PREFIX]",
    summary: "add browser, system, device and whether it is a bot",
  }),
  url: list({
    fromProject: "free",
    metavar: "FIELD[=PREFIX]",
    summary: "add scheme, domain, port, path, query and fragment",
  }),
  queryString: list({
    fromProject: "free",
    metavar: "FIELD[=NAME]",
    summary: "add the parameters of a query string or URL as an object, default `query`",
  }),
  kubernetes: flag({
    fromProject: "free",
    summary: "add pod, namespace and container from the path of the log file in `source`",
  }),
  unpack: list({
    fromProject: "free",
    metavar: "FIELD[=NAME]",
    summary: "read JSON in a string: in its place, under NAME, or with NAME `.` beside it",
  }),
  dns: list({
    fromProject: "consent",
    metavar: "FIELD[=NAME]",
    summary: "add the name of an address; asks the network (off by default)",
  }),
  cast: list({
    fromProject: "free",
    metavar: "FIELD=TYPE",
    summary: "make a value an int, float, bool, string or time",
  }),
  rename: list({
    fromProject: "free",
    metavar: "OLD=NEW",
    summary: "call a field by another name (again or with commas for more)",
  }),
  keep: fieldList({ summary: "keep these fields alone; `*` stands for any characters" }),
  drop: fieldList({ summary: "take these fields out; `*` stands for any characters" }),
  dnsServer: list({
    fromProject: "consent",
    metavar: "ADDRESS[:PORT]",
    advanced: true,
    summary: "ask this name server; default those of the system",
  }),
  dnsWait: duration({
    fromProject: "free",
    metavar: "TIME",
    default: 500,
    advanced: true,
    summary: "how long a block of events waits for names at most",
  }),
  lookupLimit: size({
    fromProject: "free",
    default: 256 << 20,
    advanced: true,
    summary: "memory that one look-up table may take",
  }),
  unpackDepth: integer({
    fromProject: "free",
    metavar: "N",
    default: 1,
    min: 1,
    max: 16,
    advanced: true,
    summary: "how often --unpack opens strings in strings",
  }),
  kubernetesField: text({
    fromProject: "free",
    metavar: "FIELD",
    default: "source",
    advanced: true,
    summary: "the field with the path for --kubernetes",
  }),
} as const;

export type EnrichValues = ValuesOf<typeof enrichOptions>;
