/**
 * Keys of what passes a firewall, not of itself: the web site asked for, the application that the traffic was told to
 * be of.
 */
export const OF_TRAFFIC: ReadonlySet<string> = new Set(
  "hostname host_name Hostname app application appname app_name service_name".split(" "),
);
