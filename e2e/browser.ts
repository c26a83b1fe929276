// The system's Chromium, never a downloaded one.
import type { LaunchOptions } from "@playwright/test";

export const WHOLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
// The same engine without windows, which is quicker and knows no notifications.
export const HEADLESS = process.env.CHROMIUM_HEADLESS ?? WHOLE;

export function launchOptions(executablePath: string): LaunchOptions {
  return {
    executablePath,
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
  };
}
