// One demo store for all journeys, started by start.ts; the system's Chromium, never a downloaded one.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "journeys",
  outputDir: "test-results",
  globalSetup: "./start.ts",
  fullyParallel: true,
  workers: 2,
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
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-first-run",
        "--metrics-recording-only",
      ],
    },
  },
});
