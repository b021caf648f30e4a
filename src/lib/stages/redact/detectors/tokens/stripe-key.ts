import { familyDetector } from "./families.js";

const prefixes = ["sk", "rk"].flatMap((kind) => ["live", "test", "prod"].map((mode) => `${kind}_${mode}_`));

export const stripeKey = familyDetector(
  {
    name: "stripe-key",
    summary: "Stripe: secret and restricted keys, secrets of webhooks",
    label: "STRIPE_KEY",
    positives: [
      "«sk_live_4eC39HqLyjWDarjtT1zdp7dc»",
      "«rk_test_51H8xYzKq2mW9vR4tZ1nB»",
      "«whsec_8fK2mQ9xR4tZ1nB6cLdW3vYp»",
    ],
    negatives: ["sk_live_", "task_test_4eC39HqLyjWDarjtT1zdp7dc", "pk_live_is_public"],
  },
  [
    ...prefixes.map((prefix) => ({ prefix, body: "[A-Za-z0-9]{10,99}" })),
    { prefix: "whsec_", body: "[A-Za-z0-9+/]{24,64}" },
  ],
);
