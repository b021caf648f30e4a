import { familyDetector } from "./families.js";

export const awsKey = familyDetector(
  {
    name: "aws-key",
    summary: "Amazon Web Services: access key ids, keys of Bedrock (secret keys: see keyed-secret)",
    label: "AWS_KEY",
    positives: ["«AKIA5XRK7QWZM2TPLN4D»", "id=«ASIAQ3EGRVB6JWMZ4HXT»,"],
    negatives: ["AKIAXXXXXXXXXXXXXXXX", "AKIA123", "AKIAnotlowercasehere", "XAKIA5XRK7QWZM2TPLN4D"],
  },
  [
    ...["AKIA", "ASIA", "ABIA", "ACCA"].map((prefix) => ({ prefix, body: "[A-Z2-7]{16}" })),
    { prefix: "A3T", body: "[A-Z0-9][A-Z2-7]{16}", bits: 3.2 },
    { prefix: "ABSK", body: "[A-Za-z0-9+/]{109,269}={0,2}(?!=)", bits: 2.5 },
    { prefix: "bedrock-api-key-", body: "[A-Za-z0-9+/=]{40,600}" },
  ],
);
