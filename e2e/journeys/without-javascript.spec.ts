// Every page works without JavaScript.
import { confirmedOrder, expect, fillAddress, id, newEmail, test } from "../shop";

test.use({ javaScriptEnabled: false });

test("a shopper finds a product and buys it", async ({ page }) => {
  await page.goto("/");
  await page.locator('a[href^="/products/category/"]').first().click();
  await expect(page).toHaveURL(/\/products\/category\//);
  await page.locator('main a[href^="/products/"]:not([href^="/products/category/"])').first().click();
  await expect(page).toHaveURL(/\/products\/[^/]+$/);

  await page.goto("/products/sample-product");
  await page.click(id("add-to-cart"));
  await expect(page.locator(id("cart-count"))).toHaveText("1");
  await page.click(id("cart-link"));
  await expect(page.locator(id("cart-item"))).toHaveCount(1);

  await page.fill(id("coupon-code"), "SAVE10");
  await page.click(id("apply-coupon"));
  await expect(page.locator(id("discount-amount"))).toBeVisible();

  // Without a script the card is asked for by the bank, on a page of its own.
  await page.click(id("checkout-button"));
  await page.click(id("guest-checkout"));
  await page.fill(id("guest-email"), newEmail());
  await page.fill(id("guest-name"), "Ada Lovelace");
  await page.selectOption("#field-country", "DE");
  await page.click('button[name="action"][value="country"]');
  await expect(page.locator("[aria-invalid]")).toHaveCount(0);
  await expect(page.locator(id("shipping-state"))).toHaveCount(0);
  await page.selectOption("#field-country", "US");
  await page.click('button[name="action"][value="country"]');
  await fillAddress(page);
  await page.click('button[name="action"][value="update"]:not([aria-hidden])');
  await page.click(id("place-order"));
  await page.click(id("challenge-approve"));
  await confirmedOrder(page);
});

test("a customer signs in and sees orders", async ({ page }) => {
  await page.goto("/login");
  await page.fill(id("email"), "customer@example.com");
  await page.fill(id("password"), "password123");
  await page.click(id("login-button"));
  await expect(page).toHaveURL("/");
  for (const room of ["profile", "orders", "wishlist"]) {
    const answer = await page.goto(`/account/${room}`);
    expect(answer?.status(), room).toBe(200);
  }
});
