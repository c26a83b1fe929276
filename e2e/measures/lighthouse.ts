// Lighthouse in a browser that walks to a page first, so that it sees a cart with something in it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "@playwright/test";
import lighthouse, { type Result } from "lighthouse";
import { WHOLE, launchOptions } from "../browser";

// Carts and checkouts say that they are not for search engines, and are right.
const PRIVATE = /\/(cart|checkout)\b/;

export async function withLighthouse(run: (context: BrowserContext, port: number) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "souk-lighthouse-"));
  const { executablePath, args = [] } = launchOptions(WHOLE);
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: [...args, "--remote-debugging-port=0"],
    locale: "en-US",
    baseURL: process.env.E2E_URL,
  });
  try {
    await run(context, Number(readFileSync(join(folder, "DevToolsActivePort"), "utf8").split("\n")[0]));
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

// A phone on a slow network, worked out by simulation.
export async function measure(port: number, url: string): Promise<Result> {
  const flags = { port, logLevel: "error" as const, disableStorageReset: true };
  const result = await lighthouse(url, flags, {
    extends: "lighthouse:default",
    settings: { formFactor: "mobile", throttlingMethod: "simulate", skipAudits: PRIVATE.test(url) ? ["is-crawlable"] : null },
  });
  return result!.lhr;
}
