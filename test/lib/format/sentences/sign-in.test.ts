import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { writeSignIn } from "../../../../src/lib/format/sentences/sign-in.js";

function read(text: string, before?: (event: EventWriter) => void): unknown {
  const event = new EventWriter();
  before?.(event);
  writeSignIn(text, event);
  event.end();
  return JSON.parse(event.take());
}

describe("writeSignIn", () => {
  it.each([
    ["Login failed for user 'ada' from 192.0.2.7", { user: "ada", client_ip: "192.0.2.7" }],
    ["authentication failure: 192.0.2.7 - wrong password", { client_ip: "192.0.2.7" }],
    [
      'User "ada" logged in, IP: [2001:db8::7]:4242',
      { user: "ada", client_ip: "2001:db8::7", client_port: 4242 },
    ],
    ["Invalid password for user: ada from IP: 192.0.2.7", { user: "ada", client_ip: "192.0.2.7" }],
    ["Incorrect username or password for user ada.l.", { user: "ada.l" }],
    ["Bad login attempt. 192.0.2.7", { client_ip: "192.0.2.7" }],
    ["login from ::ffff:192.0.2.7 port 22 refused", { client_ip: "192.0.2.7" }],
    ["Login attempt with wrong password from gate.example (192.0.2.7)", { client_ip: "192.0.2.7" }],
    [
      "Failed login for ada@example.org from 192.0.2.7:4242",
      { user: "ada@example.org", client_ip: "192.0.2.7", client_port: 4242 },
    ],
    ["POST /api/session: 192.0.2.7: invalid credentials", { client_ip: "192.0.2.7" }],
    ["auth-failure ip 192.0.2.7 username 'ada b'", { user: "ada b", client_ip: "192.0.2.7" }],
    ["Invalid user ada from 192.0.2.7", { user: "ada", client_ip: "192.0.2.7" }],
    ["login: user ada failed, user name ada", { user: "ada" }],
    ["authentication of 'ada' failed", { user: "ada" }],
    ["Web login error for 'ada' from 192.0.2.7", { user: "ada", client_ip: "192.0.2.7" }],
    ["sign-in from private IP `2001:db8::7` accepted", { client_ip: "2001:db8::7" }],
    [
      "auth challenge, user [2501@192.0.2.9] from 192.0.2.7",
      { user: "2501@192.0.2.9", client_ip: "192.0.2.7" },
    ],
  ])("%s", (text, wanted) => {
    expect(read(text)).toEqual(wanted);
  });

  it.each([
    "Login failed for user 'x from 198.51.100.66' from 192.0.2.7",
    "Login failed for user 'x' from 198.51.100.66 '' from 192.0.2.7",
    "Login failed for user x from 198.51.100.66 from 192.0.2.7",
    "Failed login from 192.0.2.7 for user x from 198.51.100.66",
    "Failed login from 192.0.2.7 for user 'x from 198.51.100.66'",
    "authentication failure: 192.0.2.7 - user x from 198.51.100.66",
    "authentication failure: 192.0.2.7 - user x, 198.51.100.66: wrong",
    "login rejected, user=<x rip 1 from 198.51.100.66> client 192.0.2.7",
    'Login attempt of "from 198.51.100.66": refused, client=192.0.2.7',
    'password check failed for "x, ip: 198.51.100.66", ip: 192.0.2.7',
    "sign-in refused (user [a from 198.51.100.66]) from '192.0.2.7'",
    "Login failed from 192.0.2.7:4242 and again from 192.0.2.7:4242",
    'Auth error: name="x" peer=192.0.2.7 agent="client 198.51.100.66"',
  ])("not the address in what a client calls itself: %s", (text) => {
    expect(read(text)).toMatchObject({ client_ip: "192.0.2.7" });
  });

  it.each([
    "Login failed for user x for y from 198.51.100.66 for user z from 192.0.2.7",
    "Login failed for 'x from 198.51.100.66'",
    `Login failed for user ${"from 198.51.100.66 ".repeat(20)}from 192.0.2.7`,
  ])("none where it is not told: %s", (text) => {
    expect(read(text)).not.toHaveProperty("client_ip");
  });

  it.each([
    "auth service 10.0.0.7 unreachable",
    "cannot log in to 10.0.0.7: connection refused",
    "authentication failed: no response from 10.0.0.7",
    "login server listens at 10.0.0.7:636",
    "password policy 1.2.3.4.5 loaded",
    "the author came from 10.0.0.7",
    "Invalid user name or password",
    "login failed: user not found",
    "wrong password for user account",
    "authentication by user database lookup",
    "access denied by 'policy-7' of the auth server",
    "auth plugin for 'mysql' loaded",
    "the user session at login time",
    "user input from a login form",
    "Failed login from 999.0.2.7",
    "logged in from 12:30 to 13:00",
    "ordinary text from 192.0.2.7 about user ada",
    "auth plugin from 1.2.3.4-beta loaded",
    "authentication took 10:20:30 of user time",
  ])("nothing of: %s", (text) => {
    expect(read(text)).toEqual({});
  });

  it("leaves the fields that the event has", () => {
    const wanted = { user: "root", client_ip: "198.51.100.7" };
    const before = (event: EventWriter) => {
      event.text("user", "root");
      event.text("client_ip", "198.51.100.7");
    };
    expect(read("Login failed for user 'ada' from 192.0.2.7", before)).toEqual(wanted);
  });

  it.each([
    ["quotes", `auth ${"'".repeat(50_000)}`],
    ["colons", `auth from ${":".repeat(50_000)}`],
    ["users", `auth ${"user ".repeat(20_000)}`],
    ["digits", `auth from ${"1.".repeat(50_000)}`],
    ["names", `auth from ${"a".repeat(50_000)} (1.2.3.4)`],
    ["hex", `login from ${"ab:".repeat(30_000)}`],
    ["log", "log ".repeat(30_000)],
  ])("looks at the beginning of long ones: %s", (_, text) => {
    // Without a limit some of these would take longer than a test may.
    for (let n = 0; n < 20; n++) expect(read(text)).toBeTypeOf("object");
  });
});
