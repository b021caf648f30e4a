import { familyDetector } from "./families.js";

export const githubToken = familyDetector(
  {
    name: "github-token",
    summary: "GitHub: personal, OAuth, app and refresh tokens",
    label: "GITHUB_TOKEN",
    positives: [
      "«ghp_1B3kd9Qz7Lm2Xc5Vb8Nn4Mp6Rt0Yw1Us3Ei5»",
      "x=«github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789abcdefghijklmnopqrstuvwxyz1234567890A»",
    ],
    negatives: [
      "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "ghp_short",
      "xghp_1B3kd9Qz7Lm2Xc5Vb8Nn4Mp6Rt0Yw1Us3Ei5",
    ],
  },
  [
    ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map((prefix) => ({ prefix, body: "[A-Za-z0-9]{36,251}" })),
    { prefix: "github_pat_", body: "\\w{36,251}" },
  ],
);
