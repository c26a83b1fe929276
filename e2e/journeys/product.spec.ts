// A product's page: its parts are tabs, its pictures follow the arrow keys, and its stock is what it is while it is looked at.
import { violations } from "../axe";
import { expect, id, signIn, test } from "../shop";

test("parts of a product's page are tabs, for the keyboard too", async ({ page }) => {
  await page.goto("/products/sample-product");
  const tabs = page.getByRole("tab");
  await expect(tabs).toHaveCount(2);
  await expect(page.locator("#details")).toBeVisible();
  await expect(page.locator("#reviews")).toBeHidden();
  await tabs.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(tabs.last()).toBeFocused();
  await expect(tabs.last()).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#reviews")).toBeVisible();
  await expect(page.locator("#details")).toBeHidden();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Home");
  await expect(page.locator("#details")).toBeVisible();
  // A link to what lies in another part shows that part.
  await page.click("a.to-reviews");
  await expect(page.locator("#reviews")).toBeVisible();
  await page.goto("/products/sample-product?stars=5");
  await expect(page.locator("#reviews")).toBeVisible();
  await page.goto("/products/tide-tee#reviews");
  await expect(tabs.last()).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#reviews")).toBeVisible();
});

test("an option chosen by keyboard keeps the focus", async ({ page }) => {
  await page.goto("/products/tide-tee");
  const other = page.locator("#option-1 a:not([aria-current])").first();
  const chosen = (await other.textContent())!;
  await other.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/variant=/);
  const pill = page.locator("#option-1 [aria-current]");
  await expect(pill).toHaveText(chosen);
  await expect(pill).toBeFocused();
});

test("the pictures of a product follow the arrow keys", async ({ page }) => {
  await page.goto("/products/sample-product");
  const thumbs = page.locator(".gallery .thumbs a");
  await thumbs.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(thumbs.nth(1)).toBeFocused();
  await expect(thumbs.nth(1)).toHaveAttribute("aria-current", "true");
  const second = await thumbs.nth(1).evaluate((link: HTMLAnchorElement) => link.href);
  await expect(page.locator(".gallery a.main")).toHaveJSProperty("href", second);
});

test("without scripts the parts of a product's page stand one below the other", async ({ browser, baseURL }) => {
  const page = await (await browser.newContext({ baseURL, javaScriptEnabled: false })).newPage();
  await page.goto("/products/sample-product");
  for (const part of ["#details", "#reviews"]) await expect(page.locator(part)).toBeVisible();
  await expect(page.locator(".tabs a")).toHaveCount(2);
  await expect(page.locator(id("arrival"))).toContainText("Arrives");
});

test("an open product page hears that little is left and that nothing is", async ({ browser, page, baseURL }) => {
  const merchant = await (await browser.newContext({ baseURL })).newPage();
  await signIn(merchant, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await merchant.goto("/admin/products/new");
  await merchant.fill('input[name="title"]', "Last lantern");
  await merchant.selectOption('select[name="status"]', "active");
  await merchant.fill('input[name="price"]', "12.00");
  await merchant.click(id("save-product"));
  await merchant.locator('a[href^="/admin/variants/"]').first().click();
  await merchant.waitForURL("**/admin/variants/*");
  const variant = merchant.url();
  const take = async (change: string) => {
    await merchant.goto(variant);
    await merchant.fill(id("stock-change"), change);
    await merchant.fill(id("stock-reason"), "count");
    await merchant.click(id("adjust-stock"));
  };
  await take("2");
  await page.goto("/products/last-lantern");
  await expect(page.locator(id("stock"))).toHaveText("Only 2 left");
  await take("-2");
  await expect(page.locator(id("stock"))).toHaveText("Sold out");
  await expect(page.locator(id("stock-alert"))).toBeVisible();
  await expect(page.locator(id("add-to-cart"))).toBeDisabled();
});
