import { detector } from "../detector.js";

const HEAD = /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;

export const privateKey = detector({
  name: "private-key",
  summary: "private keys in PEM form (RSA, EC, OpenSSH, PGP), over several lines or on one",
  label: "PRIVATE_KEY",
  isDefault: true,
  group: "secrets",
  literals: ["-----BEGIN"],
  find(text, at) {
    HEAD.lastIndex = at;
    if (!HEAD.test(text)) return undefined;
    const body = HEAD.lastIndex;
    // The next run of dashes ends the body, whatever it says: so no byte is looked at for two heads.
    const dashes = text.indexOf("-----", body);
    const close = dashes < 0 ? text.length : dashes;
    if (close - body < 32 && !(dashes < 0 && close === text.length)) return undefined;
    if (!text.startsWith("-----END ", close)) return { start: at, end: close };
    const end = text.indexOf("-----", close + 9);
    return { start: at, end: end < 0 || end - close > 64 ? close : end + 5 };
  },
  positives: [
    "key: «-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ\n-----END PRIVATE KEY-----» end",
    "«-----BEGIN RSA PRIVATE KEY-----\\nMIIEpQIBAAKCAQEAn6/O8li+SX4m98LLYt/PKSzEmQ\\n-----END RSA PRIVATE KEY-----»",
    "«-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ cut off here»",
  ],
  negatives: [
    "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END PUBLIC KEY-----",
    "-----BEGIN PRIVATE KEY----- x -----END PRIVATE KEY-----",
  ],
});
