// The vocabulary of generated logs. All of it is made up.

export const services = ["checkout", "catalog", "search", "accounts", "payments", "shipping", "mailer", "gateway", "images", "reports"];
export const methods = [["GET", 78], ["POST", 15], ["HEAD", 2], ["PUT", 3], ["DELETE", 2]];
export const statuses = [[200, 820], [304, 60], [301, 20], [404, 60], [499, 5], [500, 12], [502, 6], [429, 8], [201, 30], [403, 9]];
export const levels = [["info", 800], ["debug", 100], ["warn", 70], ["error", 28], ["fatal", 2]];
export const agents = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "curl/8.5.0",
  "Go-http-client/2.0",
  "okhttp/4.12.0",
  "python-requests/2.32.3",
  "kube-probe/1.31",
  "-",
];
export const paths = [
  "/", "/api/v1/products", "/api/v1/cart", "/static/app.js", "/static/site.css", "/api/v1/search", "/login", "/health",
  "/api/v1/orders", "/images/logo.svg", "/docs/getting-started", "/api/v1/users", "/favicon.ico", "/robots.txt", "/about",
];
export const referers = ["-", "https://shop.example/", "https://shop.example/cart", "https://search.example/?q=lamp", "-"];
export const regions = ["eu-west-1", "us-east-1", "ap-south-1"];

/** Templates of application messages: `{n}` a number, `{h}` a hex id, `{u}` a user, `{a}` an address, `{p}` a path, `{d}` a duration. */
export const templates = [
  "user {u} logged in from {a}", "user {u} logged out after {d} ms", "order {n} created by {u}", "order {n} shipped in {d} ms",
  "payment {h} authorised for order {n}", "payment {h} declined: insufficient funds", "cache hit for key {h}", "cache miss for key {h}, loaded in {d} ms",
  "GET {p} returned 200 in {d} ms", "GET {p} returned 404 in {d} ms", "POST {p} returned 201 in {d} ms", "POST {p} returned 500 in {d} ms",
  "slow query on orders took {d} ms", "connection to {a} opened", "connection to {a} closed after {d} ms", "connection to {a} refused",
  "retrying request {h}, attempt {n}", "queue depth is {n}", "job {h} started", "job {h} finished in {d} ms",
  "job {h} failed: timeout after {d} ms", "session {h} expired", "session {h} renewed for {u}", "password changed for {u}",
  "mail {h} queued for {u}", "mail {h} bounced", "image {p} resized in {d} ms", "image {p} rejected: {n} bytes is too large",
  "rate limit reached for {a}", "token {h} revoked", "token {h} issued to {u}", "feature flag new-cart is on for {u}",
  "stock of item {n} is low", "stock of item {n} refilled", "price of item {n} changed", "index rebuilt with {n} documents",
  "search for {p} gave {n} results", "search for {p} timed out after {d} ms", "leader is now {a}", "follower {a} lags {d} ms",
  "checkpoint {n} written in {d} ms", "checkpoint {n} skipped", "garbage collection took {d} ms", "heap is at {n} MiB",
  "config reloaded, {n} keys", "certificate for {a} expires in {n} days", "upload {h} of {n} bytes done", "upload {h} aborted by {a}",
  "webhook {h} delivered to {a}", "webhook {h} gave up after {n} attempts",
];
