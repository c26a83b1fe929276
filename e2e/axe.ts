// What keeps somebody from using a page, as axe finds it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Evaluated through the debugger, which the page's policy about scripts does not concern.
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const found = await (globalThis as any).axe.run(document, { resultTypes: ["violations"] });
    return found.violations.flatMap((rule: any) => rule.nodes.map((node: any) => `${rule.id} at ${node.target.join(" ")}`));
  });
}
