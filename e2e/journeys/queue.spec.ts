// The waiting room: a shopper waits before a product that many want, and goes on when it is their moment.
import { violations } from "../axe";
import { expect, id, signIn, test } from "../shop";

const PRODUCT = "wooden-dice";

test("a shopper waits before a product and goes on by themselves", async ({ browser, page, request }) => {
  const desk = await browser.newContext({ baseURL: process.env.E2E_URL });
  const merchant = await desk.newPage();
  await signIn(merchant, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await merchant.goto("/admin/settings/queue");
  await merchant.check(id("before-products"));
  await merchant.fill(id("queue-products"), PRODUCT);
  await merchant.fill(id("per-minute"), "1");
  await merchant.fill(id("queue-message"), "There is enough for everybody.");
  await merchant.click(id("save-queue"));
  await expect(merchant.locator(id("queue-waiting"))).toBeVisible();
  expect(await violations(merchant)).toEqual([]);
  for (let shopper = 0; shopper < 10; shopper++) expect((await request.post("/api/v1/queue")).status()).toBe(201);

  await page.goto(`/products/${PRODUCT}`);
  await page.click(id("add-to-cart"));
  await expect(page.locator(id("queue-position"))).toContainText("Your place in the queue");
  await expect(page.locator(id("queue-message"))).toHaveText("There is enough for everybody.");
  expect(await violations(page)).toEqual([]);

  // The merchant lets more in, and the page goes on by itself.
  await merchant.fill(id("per-minute"), "100000");
  await merchant.click(id("save-queue"));
  await expect(page).toHaveURL(new RegExp(`/products/${PRODUCT}`), { timeout: 60_000 });
  await page.click(id("add-to-cart"));
  await expect(page.locator(id("cart-count"))).toHaveText("1");

  await merchant.check(id("before-nothing"));
  await merchant.click(id("save-queue"));
  await expect(merchant.locator(id("queue-waiting"))).toHaveCount(0);
  await desk.close();
});
