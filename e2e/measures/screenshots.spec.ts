// A picture of every page on a phone and on a desk, light and dark, in `e2e/screenshots`. Nothing may stick out of the window,
// and axe may find nothing. SHOTS=guest,customer,merchant,indonesian chooses.
import { rmSync } from "node:fs";
import { violations } from "../axe";
import { CUSTOMER, GUEST, MERCHANT, everyPage } from "../pages";
import { expect, test } from "../shop";

const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };
const chosen = (process.env.SHOTS ?? "guest,customer,merchant,indonesian").split(",");
const SETS = [
  { name: "guest", visitor: GUEST, locale: "en-US" },
  { name: "customer", visitor: CUSTOMER, locale: "en-US" },
  { name: "merchant", visitor: MERCHANT, locale: "en-US" },
  { name: "indonesian", visitor: GUEST, locale: "id-ID" },
];

for (const { name, visitor, locale } of SETS.filter((set) => chosen.includes(set.name))) {
  test(`pictures of every page that ${visitor.name} can open (${locale})`, async ({ browser, baseURL }) => {
    rmSync(`screenshots/${name}`, { recursive: true, force: true });
    const context = await browser.newContext({ baseURL, locale });
    const page = await context.newPage();
    await visitor.enter(page);
    for (const { kind, path } of await everyPage(page.request, visitor.starts, visitor.within)) {
      const file = kind.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home";
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await page.goto(path);
          await page.evaluate(showAll);
          await page.screenshot({ path: `screenshots/${name}/${size}-${colorScheme}/${file}.png`, fullPage: true });
          expect.soft(await violations(page), `${path}, ${size}, ${colorScheme}`).toEqual([]);
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(overflow, `${path} sticks out on a ${size}`).toBeLessThanOrEqual(0);
      }
    }
  });
}

// Also the pictures that are fetched only when somebody scrolls to them.
async function showAll(): Promise<void> {
  const images = [...document.images];
  for (const image of images) image.loading = "eager";
  await Promise.all(images.map((image) => image.decode().catch(() => {})));
}
