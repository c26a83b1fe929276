// The journeys that other people's tests of this store begin with: routes, test ids and demo data are a promise.
import { expect, id, test } from "../shop";

// They share one customer, and with the customer one cart.
test.describe.configure({ mode: "serial" });

test.beforeEach(async ({ page }) => {
  await page.goto("/login");
  await page.fill(id("email"), "customer@example.com");
  await page.fill(id("password"), "password123");
  await page.click(id("login-button"));
  await expect(page).toHaveURL("/");
});

test("a signed-in customer checks out", async ({ page }) => {
  await page.goto("/products/sample-product");
  await page.click(id("add-to-cart"));
  await expect(page.locator(id("cart-count"))).toHaveText("1");

  await page.click(id("cart-link"));
  await expect(page).toHaveURL("/cart");
  await expect(page.locator(id("cart-item"))).toBeVisible();

  await page.click(id("checkout-button"));
  await expect(page).toHaveURL("/checkout");
  await page.fill(id("shipping-address"), "123 Main St");
  await page.fill(id("shipping-city"), "Anytown");
  await page.fill(id("shipping-zip"), "12345");
  await page.selectOption(id("shipping-state"), "CA");
  await page.click(id("shipping-standard"));
  await page.fill(id("card-number"), "4242424242424242");
  await page.fill(id("card-expiry"), "12/25");
  await page.fill(id("card-cvc"), "123");
  await page.click(id("place-order"));

  await expect(page).toHaveURL(/\/checkout\/success/);
  await expect(page.locator(id("order-confirmation"))).toBeVisible();
  expect(await page.locator(id("order-number")).textContent()).toMatch(/ORD-\d+/);

  await page.goto("/account/orders");
  await expect(page.getByText(/ORD-\d+/).first()).toBeVisible();
});

test("a coupon is applied and a wrong one refused", async ({ page }) => {
  await page.goto("/products/sample-product");
  await page.click(id("add-to-cart"));
  await page.click(id("cart-link"));

  await page.fill(id("coupon-code"), "SAVE10");
  await page.click(id("apply-coupon"));
  await expect(page.locator(id("discount-amount"))).toBeVisible();
  await expect(page.locator(id("success-message"))).toContainText("Coupon applied");

  await page.fill(id("coupon-code"), "INVALID");
  await page.click(id("apply-coupon"));
  await expect(page.locator(id("error-message"))).toContainText("Invalid coupon");
});

test("the guest's way through checkout is open to a signed-in customer too", async ({ page }) => {
  await page.goto("/products/sample-product");
  await page.click(id("add-to-cart"));
  await page.click(id("cart-link"));
  await page.click(id("checkout-button"));
  await page.click(id("guest-checkout"));
  await page.fill(id("guest-email"), "guest@example.com");
  await page.fill(id("guest-name"), "John Doe");
  await page.fill(id("shipping-address"), "456 Oak Ave");
});
