import type { Format } from "../format.js";
import { combined } from "./combined.js";
import { common } from "./common.js";
import { envoy } from "./envoy.js";
import { haproxy } from "./haproxy.js";
import { emptyAccess } from "./nothing.js";
import { squid } from "./squid.js";
import { uwsgi } from "./uwsgi.js";

/** Access logs of web servers and proxies, the most particular first. */
export const accessFormats: readonly Format[] = [envoy, uwsgi, squid, haproxy, emptyAccess, combined, common];
