/**
 * Marks by which programs that visit without a person behind each request can be told from browsers: crawlers, link
 * previews, monitors and checks of health. Libraries and tools (curl, okhttp) are none of these: a person or a service
 * uses them.
 */
const WORDS: readonly string[] = [
  // Crawlers say so, by custom, and leave an address for complaints.
  "(?<!cu)bot\\b",
  "bots\\b",
  "bot[/;,_-]",
  "crawl",
  "spider",
  "scraper",
  "slurp",
  "archiver",
  "fetcher",
  "indexer",
  "\\+https?://",
  "@[a-z0-9.-]+\\.[a-z]{2,}\\)",
  // Previews of links.
  "facebookexternalhit",
  "facebookcatalog",
  "meta-external",
  "whatsapp/",
  "skypeuripreview",
  "embedly",
  "preview",
  "mediapartners-google",
  "google-(?:extended|inspectiontool|read-aloud|safety)",
  "feedfetcher",
  "apis-google",
  "ia_archiver",
  "bingpreview",
  "yandex(?:images|video|metrika|direct)",
  "baiduspider",
  "chatgpt-user",
  "claude-user",
  "perplexity",
  "cohere-ai",
  // Monitors and checks of health.
  "kube-probe",
  "elb-healthchecker",
  "googlehc",
  "health-?check",
  "uptime",
  "pingdom",
  "statuscake",
  "monitoring",
  "nagios",
  "check_http",
  "zabbix",
  "blackbox-exporter",
  "prometheus/",
  "site24x7",
  "newrelicpinger",
  "datadog(?:/|synthetics| agent)",
  "synthetic",
  // Browsers that a program drives.
  "headless",
  "phantomjs",
  "puppeteer",
  "playwright",
  "selenium",
  "lighthouse",
  "pagespeed",
];

const BOT = new RegExp(WORDS.join("|"), "i");

/** Whether a User-Agent header bears the mark of a bot. The caller bounds its length. */
export function isBotText(header: string): boolean {
  return BOT.test(header);
}
