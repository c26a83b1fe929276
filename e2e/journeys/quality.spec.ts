// What must not get worse: valid HTML, nothing that keeps anybody out, little to load, nothing that jumps. None of it depends
// on how fast the machine is: that is for `make lighthouse`. `make screenshots` has axe look at the desk too.
import { HtmlValidate } from "html-validate";
import { violations } from "../axe";
import { CUSTOMER, type Found, GUEST, MERCHANT, everyPage, mainPage } from "../pages";
import { expect, test } from "../shop";

const html = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Habits of writing, not mistakes.
    "attr-quotes": "off",
    "doctype-style": "off",
    "long-title": "off",
    "no-implicit-input-type": "off",
    "no-trailing-whitespace": "off",
    "tel-non-breaking": "off",
    "void-style": "off",
    // Lists are sent as fields of one name.
    "form-dup-name": "off",
    // Some elements say twice what they are, for readers that need it.
    "prefer-native-element": "off",
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
});

// A walk through the whole shop, in milliseconds, however slow the machine.
const WALK = 1_800_000;

for (const visitor of [GUEST, CUSTOMER, MERCHANT]) {
  test(`every page that ${visitor.name} can open is valid HTML`, async ({ page }) => {
    test.setTimeout(WALK);
    await visitor.enter(page);
    const pages = await everyPage(page.request, visitor.starts, visitor.within);
    expect(pages.length).toBeGreaterThanOrEqual(visitor.starts.length + 5);
    const mistakes: string[] = [];
    for (const found of pages) mistakes.push(...(await invalid(found)));
    expect(mistakes).toEqual([]);
  });
}

async function invalid({ kind, html: text }: Found): Promise<string[]> {
  const report = await html.validateString(text);
  return report.results.flatMap((result) =>
    result.messages.map((message) => `${kind}: ${message.message} (${message.ruleId}, line ${message.line})`),
  );
}

for (const visitor of [GUEST, CUSTOMER]) {
  test(`axe finds nothing on any page that ${visitor.name} can open`, async ({ page }) => {
    test.setTimeout(WALK);
    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.enter(page);
    const found: string[] = [];
    for (const { kind, path } of await everyPage(page.request, visitor.starts, visitor.within)) {
      await page.goto(path);
      found.push(...(await violations(page)).map((violation) => `${kind}: ${violation}`));
    }
    expect(found).toEqual([]);
  });
}

for (const name of ["home", "list", "product", "cart", "checkout"] as const) {
  test(`the ${name} page is light, keeps still, and tells search engines what it is`, async ({ page: before, browser, baseURL }) => {
    // A browser that keeps no file of the shop, and has the cart.
    const path = await mainPage(before, name);
    const storageState = await before.context().storageState();
    const page = await (await browser.newContext({ baseURL, storageState, serviceWorkers: "block" })).newPage();
    const answers: Promise<{ type: string; url: string; bytes: number }>[] = [];
    page.on("requestfinished", (request) => {
      const [type, url] = [request.resourceType(), request.url()];
      answers.push(request.sizes().then((sizes) => ({ type, url, bytes: sizes.responseBodySize })));
    });
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(path);
    await page.waitForFunction(isQuiet);

    const loaded = await Promise.all(answers);
    const bytes = (chosen: typeof loaded) => chosen.reduce((sum, answer) => sum + answer.bytes, 0);
    const own = new URL(page.url()).origin;
    expect(loaded.filter((answer) => !answer.url.startsWith(own))).toEqual([]);
    const withoutPhotos = bytes(loaded.filter((answer) => answer.type !== "image"));
    expect(withoutPhotos).toBeGreaterThan(5_000);
    expect(withoutPhotos).toBeLessThanOrEqual(150_000);
    const scripts = bytes(loaded.filter((answer) => answer.type === "script"));
    expect(scripts).toBeGreaterThan(500);
    expect(scripts).toBeLessThanOrEqual(30_000);
    expect(complaints).toEqual([]);

    // One style sheet is waited for, and no script.
    await expect(page.locator('link[rel="stylesheet"]')).toHaveCount(1);
    await expect(page.locator("script:not([type='module']):not([defer]):not([type='application/ld+json'])")).toHaveCount(0);
    const sizeless = page.locator("main img:not([width]), main img:not([height])");
    expect(await sizeless.evaluateAll((images) => images.map((image) => image.outerHTML))).toEqual([]);
    expect(await page.evaluate(lateAtTheTop)).toEqual([]);
    expect(await page.evaluate(moved)).toBeLessThan(0.1);

    await expect(page).toHaveTitle(/\S/);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page.locator("h1")).toHaveCount(1);
    await expect(page.locator('meta[name="description"]')).toHaveAttribute("content", /\S/);
    const isPublic = name !== "cart" && name !== "checkout";
    await expect(page.locator('link[rel="canonical"]')).toHaveCount(isPublic ? 1 : 0);
    await expect(page.locator('meta[name="robots"][content="noindex"]')).toHaveCount(isPublic ? 0 : 1);
  });
}

// Pictures at the top of the page that are fetched only once it was laid out.
function lateAtTheTop(): string[] {
  const images = [...document.querySelectorAll<HTMLImageElement>('main img[loading="lazy"]')];
  // What a shelf has no room for is not laid out and never fetched.
  const laidOut = images.filter((image) => image.getClientRects().length > 0);
  const top = laidOut.filter((image) => image.getBoundingClientRect().top + scrollY < 200);
  return top.map((image) => image.src);
}

// Whether nothing has come for half a second. A stream that stays open has no end, so it is not waited for.
function isQuiet(): boolean {
  const ends = performance.getEntriesByType("resource").map((entry) => (entry as PerformanceResourceTiming).responseEnd);
  return performance.now() - Math.max(0, ...ends) > 500;
}

// How far what was shown moved afterwards, as browsers count it.
function moved(): Promise<number> {
  return new Promise((resolve) => {
    let sum = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) if (!entry.hadRecentInput) sum += entry.value;
    });
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
  });
}
