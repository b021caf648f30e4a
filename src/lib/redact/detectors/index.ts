/** All detectors, the more specific first: of two findings of one length the earlier one here is taken. */
import type { Detector } from "../detector.js";
import { apiToken } from "./api-token.js";
import { awsKey } from "./aws-key.js";
import { azureKey } from "./azure-key.js";
import { card } from "./card.js";
import { commandLine } from "./command-line.js";
import { cookie } from "./cookie.js";
import { credentials } from "./credentials.js";
import { dsnPassword } from "./dsn-password.js";
import { email } from "./email.js";
import { gcpKey } from "./gcp-key.js";
import { githubToken } from "./github-token.js";
import { gitlabToken } from "./gitlab-token.js";
import { iban } from "./iban.js";
import { ip } from "./ip.js";
import { jwt } from "./jwt.js";
import { keyedSecret } from "./keyed-secret.js";
import { npmToken } from "./npm-token.js";
import { phone } from "./phone.js";
import { privateKey } from "./private-key.js";
import { slackToken } from "./slack-token.js";
import { ssn } from "./ssn.js";
import { stripeKey } from "./stripe-key.js";
import { urlPassword } from "./url-password.js";
import { uuid } from "./uuid.js";

export const DETECTORS: readonly Detector[] = [
  privateKey,
  jwt,
  githubToken,
  gitlabToken,
  slackToken,
  stripeKey,
  npmToken,
  awsKey,
  gcpKey,
  azureKey,
  apiToken,
  credentials,
  cookie,
  urlPassword,
  dsnPassword,
  commandLine,
  keyedSecret,
  card,
  iban,
  ssn,
  phone,
  email,
  ip,
  uuid,
];
