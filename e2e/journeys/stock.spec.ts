// What is sold out cannot be bought, and the last piece is sold once.
import { CARDS, expect, fillAsGuest, id, newEmail, payWith, test, toCheckout } from "../shop";

test("what is sold out cannot be put into the cart", async ({ page }) => {
  await page.goto("/products/pepper-and-salt-mills");
  await expect(page.locator(id("add-to-cart"))).toBeDisabled();
  await expect(page.locator(id("stock"))).toContainText("Sold out");
});

test("two shoppers and the last pieces make one order and one polite refusal", async ({ browser, baseURL }) => {
  const shoppers = await Promise.all(
    [0, 1].map(async () => {
      const context = await browser.newContext({ baseURL });
      const page = await context.newPage();
      await page.goto("/products/ebb-vase");
      // The demo has two of the vases that the page shows first; each shopper wants both.
      await page.fill('input[name="quantity"]', "2");
      await page.click(id("add-to-cart"));
      await toCheckout(page);
      return page;
    }),
  );
  // A filled checkout page holds the pieces, so both are there before one of them fills it.
  await Promise.all(shoppers.map((page) => fillAsGuest(page, newEmail())));
  await Promise.all(shoppers.map((page) => payWith(page, CARDS.good)));

  const outcomes = await Promise.all(
    shoppers.map(async (page) => {
      await expect(page.locator(`${id("order-confirmation")}, ${id("error-message")}`).first()).toBeVisible();
      return (await page.locator(id("order-confirmation")).count()) > 0;
    }),
  );
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  const refused = shoppers[outcomes.indexOf(false)];
  await expect(refused.locator(id("error-message")).first()).toContainText(/stock|sold out|left/i);
  await refused.goto("/products/ebb-vase");
  await expect(refused.locator(".pill").first()).toContainText("Sold out");
});
