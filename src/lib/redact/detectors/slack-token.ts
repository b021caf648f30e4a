import { familyDetector } from "./families.js";

export const slackToken = familyDetector(
  {
    name: "slack-token",
    summary: "Slack: bot, user, app and refresh tokens, addresses of webhooks",
    label: "SLACK_TOKEN",
    positives: [
      "«xoxb-263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1»",
      "«xapp-1-A052FGTS2DL-5171572773297-610b6a11f4b7eb819e87b767d80e6575a3634791acb9a9ea»",
      "https://«hooks.slack.com/services/T024TTTTT/BBB72BBL/AZAAA9u0pA4ad666eMgbi555»",
    ],
    negatives: ["xoxb-xxx", "xoxe-1-xxx", "hooks.slack.com/services/help"],
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
