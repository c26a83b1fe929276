// One demo store for all journeys, started by start.ts; the system's Chromium, never a downloaded one.
import { defineConfig } from "@playwright/test";
import { HEADLESS, launchOptions } from "./browser";

export default defineConfig({
  testDir: "journeys",
  outputDir: "test-results",
  globalSetup: "./start.ts",
  fullyParallel: true,
  // Each waits for the store now and then.
  workers: 3,
  retries: 0,
  // They end what hangs; no journey is about how long anything takes.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: {
    locale: "en-US",
    screenshot: "only-on-failure",
    // A trace takes a fifth more of a processor, so it is recorded only for whoever looks for a fault.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    launchOptions: launchOptions(HEADLESS),
  },
});
