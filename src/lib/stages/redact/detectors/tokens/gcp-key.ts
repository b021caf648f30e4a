import { familyDetector } from "./families.js";

export const gcpKey = familyDetector(
  {
    name: "gcp-key",
    summary: "Google Cloud: API keys, client secrets, access tokens (service accounts: see private-key)",
    label: "GCP_KEY",
    positives: ["key=«AIzaSyB8kQ2mW9vR4tZ1nB6cLdW3vYp7sHj5gDa»", "«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»"],
    negatives: [
      "AIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "AIzaSyShort",
      "xAIzaSyB8kQ2mW9vR4tZ1nB6cLdW3vYp7sHj5gDa",
    ],
  },
  [
    { prefix: "AIza", body: "[\\w-]{35}(?!-)", bits: 4 },
    { prefix: "GOCSPX-", body: "[\\w-]{28}" },
    { prefix: "ya29.", body: "[\\w-]{20,1024}" },
  ],
);
