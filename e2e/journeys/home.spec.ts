// The home page as the merchant composes it, and what only the shopper's browser remembers.
import { expect, id, signIn, test } from "../shop";

test("a merchant composes the home page, and shoppers see it once it is published", async ({ page, browser, baseURL }) => {
  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto("/admin/pages");
  await desk.click(id("tab-home-page"));
  const sections = desk.locator(id("section"));
  const before = await sections.count();
  await desk.click(id("add-banner"));
  await desk.click(id("save-section"));
  await expect(desk.locator(id("error-message"))).toBeVisible();
  const title = `The kiln is open ${Date.now()}`;
  await desk.fill(id("section-title-en"), title);
  await desk.fill(id("section-button-en"), "Come in");
  await desk.selectOption(id("menu-target"), "address");
  await desk.fill(id("menu-address"), "/locations");
  await desk.click(id("save-section"));
  await expect(sections).toHaveCount(before + 1);
  await sections.last().getByRole("button", { name: /up/i }).click();
  await desk.click(id("preview-home"));
  await expect(desk.getByRole("heading", { name: title })).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: title })).toHaveCount(0);

  await desk.locator(id("preview-notice")).getByRole("link").click();
  await desk.click(id("publish-home"));
  await page.reload();
  await expect(page.getByRole("heading", { name: title })).toBeVisible();
  await page.getByRole("link", { name: "Come in" }).click();
  await expect(page).toHaveURL("/locations");

  await desk.getByRole("listitem").filter({ hasText: title }).getByRole("link").first().click();
  await desk.check(id("hide-section"));
  await desk.click(id("save-section"));
  await desk.click(id("publish-home"));
  await page.goto("/");
  await expect(page.getByRole("heading", { name: title })).toHaveCount(0);
});

test("a shopper finds again what they looked at, and the store keeps nothing of it", async ({ page, context }) => {
  await page.goto("/products/sample-product");
  const title = (await page.locator("h1").textContent())!;
  await expect(page.locator(id("recent"))).toBeHidden();
  await page.goto("/");
  await expect(page.locator(id("recent")).getByRole("link", { name: title })).toBeVisible();
  await page.locator('main a[href^="/products/"].title').first().click();
  await expect(page.locator(id("recent")).getByRole("link", { name: title })).toBeVisible();
  expect((await context.cookies()).filter((cookie) => cookie.value.includes("prd_"))).toEqual([]);
});
