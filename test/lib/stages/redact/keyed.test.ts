/**
 * Values beside names in text: to their real end, in the many ways to write a name and its value, and what is harmless.
 */
import { describe, expect, it } from "vitest";
import { FIELD_NAMES } from "../../../../src/lib/stages/redact/find/field-rules.js";
import { redact } from "./support.js";

const TAIL = "Qz7tail";

function message(text: string, isClosed = false): string {
  const { out } = redact(`${JSON.stringify({ m: text })}\n`, {}, { isClosed });
  return (JSON.parse(out) as { m: string }).m;
}

/** In an event, and as a line of text. */
function hides(text: string, secret = TAIL): void {
  expect(message(text), "event").not.toContain(secret);
  if (!text.includes("\n"))
    expect(redact(`${text}\n`, {}, { isText: true }).out, "text").not.toContain(secret);
}

function keeps(text: string): void {
  expect(message(text)).toBe(text);
}

describe("a long value is hidden to its end", () => {
  const long = `k${"3xY9qTw".repeat(400)}${TAIL}`;
  it.each([
    (v: string) => `password=${v}`,
    (v: string) => `password: ${v} and more`,
    (v: string) => `?refresh_token=${v}&b=1`,
    (v: string) => `X-Api-Key: ${v}`,
    (v: string) => `run --password ${v} now`,
    (v: string) => `run --client-secret='${v}' now`,
    (v: string) => `<db:password kind="x">${v}</db:password>`,
    (v: string) => `CREATE USER ada IDENTIFIED BY '${v}';`,
    (v: string) => `mysql -u ada -p${v} shop`,
    (v: string) => `curl -u "ada:${v}" http://db.example/`,
    (v: string) => `sshpass -p '${v}' ssh db`,
    (v: string) => `Server=db;UID=ada;PWD=${v};Encrypt=yes`,
    (v: string) => `{"a":1,"secret_key":"${v}`,
    (v: string) => `{\\"a\\":1,\\"api_key\\":\\"${v}\\"`,
  ])("%s", (form) => {
    hides(form(long));
    expect(message(form(long), true)).not.toContain(TAIL);
  });
});

describe("a quote in a value does not end it", () => {
  it.each([
    `user=ada password="one\\"two${TAIL}" b=1`,
    `password='one\\'${TAIL}'`,
    `ALTER ROLE ada PASSWORD 'one''two${TAIL}'`,
    `password="one""${TAIL}" b`,
    `{"a":1,"password":"one\\"two ${TAIL}","b":`,
    `{"a":1,"password":"one\\\\\\"two ${TAIL}","b":`,
    `{\\"password\\":\\"one\\\\\\"two ${TAIL}\\",\\"b\\"`,
    `export PASSWORD='one'\\''two ${TAIL}'`,
    `export PASSWORD='one'"'"'two ${TAIL}'`,
    `password="one"two${TAIL} b=1`,
    `"say ""password"": ""${TAIL}"" now"`,
    `password="one two ${TAIL}`,
    `run --password "one\\" two ${TAIL}" now`,
    `{"secret_key":"wJalr1XUtn\\/${TAIL}`,
    `mysql -p"one\\" ${TAIL}" shop`,
  ])("%s", (text) => {
    hides(text);
    expect(message(text, true)).not.toContain(TAIL);
  });

  it("ends it where it is closed", () => {
    expect(message(`password="a b" user="c d"`)).toBe(`password="[SECRET]" user="c d"`);
    expect(message(`password="C:\\\\" user="c d"`)).toBe(`password="[SECRET]" user="c d"`);
    expect(message(`password="" user="c d"`)).toBe(`password="" user="c d"`);
    expect(message(`PASSWORD '' VALID`)).toBe(`PASSWORD '' VALID`);
  });
});

describe("marks in a value", () => {
  it.each([..."(),;&{}[]|<>\\'\"`"])("%s", (mark) => {
    hides(`DB_PASSWORD=q${mark}${TAIL}`);
    hides(`DB_PASSWORD=q${mark}${TAIL} now`);
    hides(`password: q9${mark}${TAIL}`);
    hides(`password="${mark === '"' ? "\\" : ""}${mark}${TAIL}"`);
    hides(`client_secret=q7w8e9r0t1${mark}${TAIL}`);
  });

  it.each([
    ["/cb?password=abc&user=ada", "/cb?password=[SECRET]&user=ada"],
    ["/cb?password=abc&amp;user=ada", "/cb?password=[SECRET]&amp;user=ada"],
    ["(user=ada, password=abc)", "(user=ada, password=[SECRET])"],
    ["{password:ab1,user:ada}", "{password:[SECRET],user:ada}"],
    ["'password=abc' \"password=abc\", x", "'password=[SECRET]' \"password=[SECRET]\", x"],
    ["password=abc; user=ada", "password=[SECRET]; user=ada"],
    ["password=abc;user=ada", "password=[SECRET];user=ada"],
    ["password=abc|user=ada | x", "password=[SECRET]|user=ada | x"],
    ["password=abc</p><br>", "password=[SECRET]</p><br>"],
    ["password=abc\\nuser=ada", "password=[SECRET]\\nuser=ada"],
    ["[password=abc][user=ada]", "[password=[SECRET]][user=ada]"],
  ])("end it where something else begins: %s", (text, wanted) => {
    expect(message(text)).toBe(wanted);
  });
});

describe("what looks like a path, a count, a variable or a brace", () => {
  it.each([
    `UID=ada;PWD=/${TAIL};Encrypt=yes`,
    `Driver=x;Server=db;UID=ada;PWD=~${TAIL};`,
    `Server=db;Password={one;${TAIL}};Encrypt=yes`,
    `Server=db;PWD={one}}${TAIL}};Encrypt=yes`,
    `Provider=x;User Id=ada;Password=Two Words ${TAIL};Encrypt=True`,
    `"Data Source=db;User ID=ada;Password=Two ${TAIL}" failed`,
    `Data Source=db;User ID=ada;Password=Two ${TAIL}`,
    `PWD=/${TAIL}`,
    `aws_secret_access_key=/${TAIL}K7MDENGbPxRfiCYzX3mPlK9Qd`,
    `api_key: ./${TAIL}K7MDENGbPxRfiCYzX3m`,
    `vault --token /${TAIL}K7MDENGbPxRfiCYzX3m`,
    `client_secret=$2b$12$${TAIL}GhvMmNVjRW29ulnudl`,
    `api_key=$argon2id$v=19$m=65536$${TAIL}RdescudvJCsgt3ub`,
    `password="<${TAIL}"`,
    `password=<${TAIL}`,
  ])("%s", (text) => hides(text));

  it.each([
    ["SMTP_PASS=83726154", "SMTP_PASS=[SECRET]"],
    ["PASS=83726154", "PASS=[SECRET]"],
    ["api_key=8372615409", "api_key=[SECRET]"],
    ["password=abc", "password=[SECRET]"],
    ["password: 'a'", "password: '[SECRET]'"],
    ["pwd=7", "pwd=[SECRET]"],
  ])("%s", (text, wanted) => {
    expect(message(text)).toBe(wanted);
  });

  it.each([
    "PASSWORD_FILE=/run/secrets/x",
    "token_file=/var/run/secrets/kubernetes.io/serviceaccount/token",
    "ssl_private_key=/etc/ssl/private/MyServer2.pem",
    "secret: /Users/Ada/Projects/MyShop2/conf",
    "sudo: ada : TTY=pts/0 ; PWD=/hunter2 ; USER=root ; COMMAND=/bin/ls",
    "PWD=/home/ada",
    "OLDPWD=/hunter2",
    "max_tokens=4096 password_length=12 password_attempts=3",
    "password_policy=strict password_changed_at=2026-11-22",
    "bypass=cached compass=north trespass: none encompass=x1",
    "pass=12 fail=0",
    "if (pass == 0) pass = next;",
    "password=%s password=<your password> password=$(cat x)",
    "Enter password: ",
    "the user's password isn't valid",
    "className=Abc12345 session=4",
    "using password: YES",
  ])("is kept where it is one: %s", (text) => keeps(text));
});

describe("ways to write a name and its value", () => {
  it.each([
    `POST /login user[password]=${TAIL}`,
    `GET /login?user%5Bpassword%5D=${TAIL}&a=b`,
    `[password] => ${TAIL}`,
    `env['PASSWORD'] = '${TAIL}'`,
    `config["db"]["password"] = "${TAIL}"`,
    `{u'password': u'${TAIL}'}`,
    `{b'password': b'${TAIL}'}`,
    `Map(password -> ${TAIL})`,
    `password → ${TAIL}`,
    `password <- "${TAIL}"`,
    `<wsse:Password Type="x#PasswordText">${TAIL}</wsse:Password>`,
    `<password><![CDATA[<${TAIL}>]]></password>`,
    `&lt;password&gt;${TAIL}&lt;/password&gt;`,
    `{&quot;password&quot;:&quot;one &amp; ${TAIL}&quot;}`,
    `password=&apos;one ${TAIL}&apos;`,
    `password=&#39;one ${TAIL}&#39;`,
    `form-data; name="password"\r\n\r\none ${TAIL}\r\n--x`,
    `form-data; name="user[password]"\r\nContent-Type: text/plain\r\n\r\none ${TAIL}\r\n--x`,
    `form-data; name="password"\\r\\n\\r\\n${TAIL}\\r\\n--x`,
    `a:1:{s:8:"password";s:12:"one";${TAIL}";}`,
    `password: |\n  one\n  ${TAIL}\nuser: ada`,
    `db:\n  password: >-\n    one\n\n    ${TAIL}\n  user: ada`,
    `- name: DB_PASSWORD\n  value: ${TAIL}`,
    `- name: DB_PASSWORD\n  value: "one ${TAIL}"`,
    `<dict><key>password</key>\n  <string>one ${TAIL}</string></dict>`,
    `<name>password</name><value>one ${TAIL}</value>`,
    `<tr><th>Password</th><td>${TAIL}</td></tr>`,
    `<property name="password" class="x" value="one ${TAIL}"/>`,
    `<property value="one ${TAIL}" name="password"/>`,
    `password: Some("one ${TAIL}")`,
    `password: Secret(${TAIL})`,
    `password=SecretStr('one ${TAIL}')`,
    `password：${TAIL}`,
    `password\u00a0= ${TAIL}`,
    `password\u3000:\u00a0${TAIL}`,
    `q=PASSWORD+%27one+${TAIL}%27`,
    `q=CREATE+USER+ada+IDENTIFIED+BY+%27${TAIL}%27`,
    `**password**: ${TAIL}`,
    `password: string = "one ${TAIL}"`,
    `password is ${TAIL}`,
    `map[password:[${TAIL}] user:[ada]]`,
    `password: [${TAIL}]`,
    `aws configure set aws_secret_access_key Zx9QhunterTW${TAIL}`,
    `requirepass ${TAIL}`,
    `password: !!str ${TAIL}`,
    `{"a":{"password":{"value":"one ${TAIL}"}`,
  ])("%s", (text) => hides(text));

  it("leaves what is behind", () => {
    expect(message("password: |\n  one\n  two\nuser: ada")).toBe("password: |\n  [SECRET]\nuser: ada");
    expect(message('s:8:"password";s:3:"a"b";s:1:"x"')).toBe('s:8:"password";s:3:"[SECRET]";s:1:"x"');
    expect(message("<key>password</key><string>x1</string><key>a</key>")).toBe(
      "<key>password</key><string>[SECRET]</string><key>a</key>",
    );
  });
});

describe("one list of names", () => {
  const name = (text: string) => text.replaceAll("*", "db_");

  it.each(FIELD_NAMES.map(name))("%s is known in text and as a field", (field) => {
    for (const written of [
      field,
      field.toUpperCase(),
      field.replace(/_(.)/g, (_, c: string) => c.toUpperCase()),
    ]) {
      hides(`POST ${written}=S3cretPw1x${TAIL}`);
      const { out } = redact(`${JSON.stringify({ [written]: "S3cretPw1x" })}\n`);
      expect(out).not.toContain("S3cretPw1x");
    }
  });

  it.each([
    "password_confirmation",
    "passwordConfirm",
    "password2",
    "new_password_1",
    "accountKey",
    "ldap_pass",
    "mailPass",
    "DB_PWD",
    "card.cvv",
    "cvv2",
    "client_secret_old",
    "apiKey1",
  ])("%s, too", (field) => {
    hides(`a ${field}=S3cretPw1x${TAIL}`);
    expect(redact(`{"${field}":"S3cretPw1x"}\n`).out).not.toContain("S3cretPw1x");
  });

  it("knows other words for other words", () => {
    const line =
      '{"bypass":"cached","compass":"north","password_set":true,"max_tokens":4096,"className":"x"}\n';
    expect(redact(line).out).toBe(line);
  });

  it("keeps the labels of detectors of their own", () => {
    expect(message("card_number=4111111111111111")).toBe("card_number=[CARD]");
    expect(message("ssn=123-45-6789")).toBe("ssn=[SSN]");
  });
});
