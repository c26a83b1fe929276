// What Lighthouse makes of the pages that a purchase leads through, on a phone. The middle one of three runs counts.
import { measure, withLighthouse } from "./lighthouse";
import { mainPage } from "../pages";
import { expect, test } from "../shop";

const RUNS = 3;
const LEAST = { performance: 95, accessibility: 100, "best-practices": 95, seo: 100 };

test("the pages that a purchase leads through are as good as they have to be", async ({ baseURL }) => {
  await withLighthouse(async (context, port) => {
    const page = context.pages()[0];
    const lines: string[] = [];
    for (const name of ["home", "list", "product", "cart", "checkout"] as const) {
      const url = new URL(await mainPage(page, name), baseURL).href;
      const runs: Awaited<ReturnType<typeof measure>>[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await measure(port, url));
      const scores: Record<string, number> = {};
      for (const [category, least] of Object.entries(LEAST)) {
        const sorted = runs.map((run) => Math.round((run.categories[category].score ?? 0) * 100)).sort((a, b) => a - b);
        scores[category] = sorted[Math.floor(RUNS / 2)];
        expect.soft(scores[category], `${category} of ${name}: ${complaints(runs[0], category)}`).toBeGreaterThanOrEqual(least);
      }
      lines.push(`${name}: ${Object.entries(scores).map(([category, score]) => `${category} ${score}`).join(", ")}`);
    }
    console.log(lines.join("\n"));
  });
});

function complaints(run: Awaited<ReturnType<typeof measure>>, category: string): string {
  const audits = run.categories[category].auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => run.audits[id]);
  return audits.filter((audit) => (audit.score ?? 1) < 0.9).map((audit) => `${audit.title} ${audit.displayValue ?? ""}`).join("; ");
}
