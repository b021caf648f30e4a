import type { Format } from "../format.js";

/** Lines of access logs in which everything is `-`: a connection that was closed before it asked for anything. They make events without fields. */
export const emptyAccess: Format = {
  name: "access-empty",
  summary: "lines of access logs in which every field is empty",
  auto: true,
  openings: ["other"],
  starts: "-",
  reference: "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html: `-` stands for what there is not",
  examples: [
    { line: '- - - [-] "-" - -', event: "{}" },
    { line: '- - - [-] "-" - - "-" "-"', event: "{}" },
    { line: "- - -", event: undefined },
    { line: '- - - [-] "GET / HTTP/1.1" 200 5', event: undefined },
  ],
  create: () => ({ parse: (line) => EMPTY.test(line) }),
};

const EMPTY = /^- - - \[-\] "-" - -(?: "-" "-")?$/;
