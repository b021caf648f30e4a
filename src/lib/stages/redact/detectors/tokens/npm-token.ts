import { familyDetector } from "./families.js";

export const npmToken = familyDetector(
  {
    name: "npm-token",
    summary: "npm, PyPI, RubyGems, crates.io and Clojars: tokens to publish packages",
    label: "PACKAGE_TOKEN",
    positives: [
      "//registry.npmjs.org/:_authToken=«npm_8fK2mQ9xR4tZ1nB6cLdW3vYp7sHj5gDa0eUi»",
      "«rubygems_1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7081»",
    ],
    negatives: ["npm_config_cache", "npm_lifecycle_event_with_a_long_name_here", "pypi-server"],
  },
  [
    { prefix: "npm_", body: "[A-Za-z0-9]{36}" },
    { prefix: "pypi-AgE", body: "[\\w-]{50,1000}" },
    { prefix: "rubygems_", body: "[a-f0-9]{48}" },
    { prefix: "cio", body: "[A-Za-z0-9]{32}", bits: 4 },
    { prefix: "CLOJARS_", body: "[A-Za-z0-9]{60}" },
  ],
);
