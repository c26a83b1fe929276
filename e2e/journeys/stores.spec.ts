// A second store on the same installation, found by its host name: another language, currency and catalogue.
import { expect, id, test } from "../shop";

// A store speaks its own language to whoever asks for none that it offers, and theirs to whoever does.
test.use({ locale: "id-ID" });

test("the Indonesian store speaks Indonesian, in rupiah, and knows nothing of the other", async ({ page, baseURL }) => {
  const toko = new URL(baseURL!);
  toko.hostname = "toko.localhost";
  await page.goto(toko.href);
  await expect(page.locator("html")).toHaveAttribute("lang", "id");
  await expect(page.getByText(/Rp\s?[\d.]+/).first()).toBeVisible();

  await page.locator('main a[href^="/products/"]:not([href^="/products/category/"])').first().click();
  await page.click(id("add-to-cart"));
  await page.click(id("cart-link"));
  await expect(page.locator(id("cart-item"))).toHaveCount(1);

  const foreign = await page.goto(new URL("/products/sample-product", toko).href);
  expect(foreign?.status()).toBe(404);
  // Neither the cart nor the session of one store goes with the shopper to the other.
  await page.goto("/cart");
  await expect(page.locator(id("cart-item"))).toHaveCount(0);
  await page.goto(new URL("/login", toko).href);
  await page.fill(id("email"), "customer@example.com");
  await page.fill(id("password"), "password123");
  await page.click(id("login-button"));
  await expect(page.locator(id("error-message"))).toBeVisible();
});
