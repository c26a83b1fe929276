// The shop as an app: its manifest, and what a browser shows without a connection.
import { expect, id, test } from "../shop";

test("the shop can be installed", async ({ page, request }) => {
  await page.goto("/");
  const address = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = await (await request.get(address!)).json();
  expect(manifest).toMatchObject({ name: "Alder & Tide", start_url: "/", scope: "/", display: "standalone" });
  expect(manifest.icons.map((icon: { sizes: string }) => icon.sizes)).toEqual(["any", "192x192", "512x512", "512x512"]);
  for (const icon of manifest.icons) {
    const answer = await request.get(icon.src);
    expect(answer.headers()["content-type"]).toBe(icon.type);
  }
});

test("without a connection the shop says so, and nothing private is kept", async ({ page, context }) => {
  await page.goto("/");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.goto("/cart");
  await page.goto("/products");

  for (const path of ["/products/sample-product", "/cart", "/checkout", "/account"]) {
    await context.setOffline(false);
    await page.goto("/products");
    await context.setOffline(true);
    await page.goto(path);
    await expect(page.locator(id("offline"))).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  }
  await expect(page.goto("/admin")).rejects.toThrow();

  await context.setOffline(false);
  await page.goto("/products/sample-product");
  await expect(page.locator(id("add-to-cart"))).toBeVisible();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter((path) => path !== "/offline" && !path.startsWith("/assets/"))).toEqual([]);
});

test("pages speak to machines under the strict policy", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto("/products/sample-product");
  const blocks = await page.locator('script[type="application/ld+json"]').allTextContents();
  const kinds = blocks.map((block) => JSON.parse(block)["@type"]);
  expect(kinds).toEqual(["Product", "BreadcrumbList"]);
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute("href", /\/products\/sample-product$/);
  const card = await page.locator('meta[property="og:image"]').getAttribute("content");
  expect(card).toMatch(/^http.*-card\.jpg$/);
  const size = await page.evaluate(async (address) => {
    const picture = await createImageBitmap(await (await fetch(address)).blob());
    return [picture.width, picture.height];
  }, card!);
  expect(size).toEqual([1200, 630]);
  expect(complaints).toEqual([]);
});

test("a picture opens over the page, and the arrow keys lead to the next", async ({ page }) => {
  await page.goto("/products/sample-product");
  await page.locator(".gallery .thumbs a").nth(1).click();
  const second = await page.locator(".gallery a.main").getAttribute("href");
  await page.locator(".gallery a.main").press("Enter");
  const large = page.locator("dialog.zoom img");
  await expect(large).toBeVisible();
  expect(new URL((await large.getAttribute("src"))!, page.url()).href).toBe(new URL(second!, page.url()).href);
  await page.keyboard.press("ArrowRight");
  await expect(large).not.toHaveAttribute("src", new RegExp(`${second!.split("/").pop()}$`));
  await large.click();
  await expect(page.locator("dialog.zoom")).toHaveClass(/larger/);
  await page.keyboard.press("Escape");
  await expect(large).toBeHidden();
  await expect(page.locator(".gallery a.main")).toBeFocused();
});
