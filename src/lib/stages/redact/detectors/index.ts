// Enter here: all detectors; a new one is a file below and a line here.
/** All detectors, the more specific first: of two findings of one length the earlier one here is taken. */

import { commandLine } from "./credentials/command-line.js";
import { cookie } from "./credentials/cookie.js";
import { credentials } from "./credentials/credentials.js";
import { keyedSecret } from "./credentials/keyed-secret.js";
import { privateKey } from "./credentials/private-key.js";
import { urlPassword } from "./credentials/url-password.js";
import type { Detector } from "./detector.js";
import { card } from "./personal/card.js";
import { email } from "./personal/email.js";
import { iban } from "./personal/iban.js";
import { ip } from "./personal/ip.js";
import { phone } from "./personal/phone.js";
import { ssn } from "./personal/ssn.js";
import { uuid } from "./personal/uuid.js";
import { apiToken } from "./tokens/api-token.js";
import { awsKey } from "./tokens/aws-key.js";
import { azureKey } from "./tokens/azure-key.js";
import { dsnPassword } from "./tokens/dsn-password.js";
import { gcpKey } from "./tokens/gcp-key.js";
import { githubToken } from "./tokens/github-token.js";
import { gitlabToken } from "./tokens/gitlab-token.js";
import { jwt } from "./tokens/jwt.js";
import { npmToken } from "./tokens/npm-token.js";
import { slackToken } from "./tokens/slack-token.js";
import { stripeKey } from "./tokens/stripe-key.js";

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
