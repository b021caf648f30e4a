import { familyDetector } from "./families.js";

const kinds = ["pat", "dt", "rt", "ptt", "cbt", "ft", "imt", "agent", "oas", "soat", "ffct"];

export const gitlabToken = familyDetector(
  {
    name: "gitlab-token",
    summary: "GitLab: personal, deploy, runner, job and feed tokens, session cookies",
    label: "GITLAB_TOKEN",
    positives: [
      "«glpat-x7Kq2mW9vR4tZ1nB6cLd»",
      "«glrt-t1_d8Fk2Ls0Qp4Rz7Xc9VbN.12ab34cd5»",
      "«_gitlab_session=3f8a1c9e7b2d4056a1b2c3d4e5f60718»",
      "«GR1348941kL9mN2pQ4rS6tU8vW0xY»",
    ],
    negatives: ["glpat-XXXXXXXXXXXXXXXXXXXX", "glpat-short", "GR1348941abababababababababab"],
  },
  [
    ...kinds.map((kind) => ({ prefix: `gl${kind}-`, body: "[\\w-]{20,128}(?:\\.[\\w-]{2,64}){0,3}" })),
    { prefix: "GR1348941", body: "[\\w-]{20,50}", bits: 2.5 },
    { prefix: "_gitlab_session=", body: "[0-9a-z]{32}" },
  ],
);
