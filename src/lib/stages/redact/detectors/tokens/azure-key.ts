import { familyDetector } from "./families.js";

const digits = [..."0123456789"];

export const azureKey = familyDetector(
  {
    name: "azure-key",
    summary: "Microsoft Azure: client secrets, keys of storage accounts, signatures of shared access",
    label: "AZURE_KEY",
    positives: [
      "client_secret=«mB48Q~x7Kq2mW9vR4tZ1nB6cLd8fK2mQ9xR4tZ1n»",
      "DefaultEndpointsProtocol=https;«AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUA==»;",
      "https://a.blob.core.windows.net/c?sv=2022&«sig=Kq2mW9vR4tZ1nB6cLd8fK2mQ9xR4tZ1nB6cLd8fK2m%3D»",
    ],
    negatives: ["1Q~", "AccountKey=", "~~~8Q~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", "sig=short"],
  },
  [
    ...digits.map((digit) => ({
      prefix: `${digit}Q~`,
      body: "[\\w.~]{3}\\dQ~[\\w.~-]{31,34}",
      before: 3,
      bits: 3.3,
    })),
    ...["AccountKey=", "SharedAccessKey="].map((prefix) => ({ prefix, body: "[A-Za-z0-9+/]{40,120}={0,2}" })),
    { prefix: "sig=", body: "[A-Za-z0-9%]{40,100}" },
  ],
);
