import { familyDetector } from "./families.js";

export const slackToken = familyDetector(
  {
    name: "slack-token",
    summary: "Slack: bot, user, app and refresh tokens, addresses of webhooks",
    label: "SLACK_TOKEN",
    positives: [
      "«xoxb-918273645546-1827364554637-qW7eRt2yUi9oPa4sDf6gHj1k»",
      "«xapp-1-A07KLMNP3QR-7182736455463-9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928»",
      "https://«hooks.slack.com/services/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»",
    ],
    negatives: ["xoxb-short", "xoxp-aaaaaaaaaaaaaaaaaaaaaaaa", "hooks.slack.com/services/help"],
  },
  [
    ...["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxe-", "xoxe."].map((prefix) => ({
      prefix,
      body: "[A-Za-z0-9.-]{12,400}",
      bits: 2.4,
    })),
    { prefix: "xapp-", body: "\\d-[A-Za-z0-9]{1,32}-\\d{1,32}-[a-z0-9]{16,128}" },
    { prefix: "hooks.slack.com/", body: "(?:services|workflows|triggers)/[A-Za-z0-9+/]{24,100}" },
  ],
);
