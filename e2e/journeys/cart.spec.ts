// The cart beyond one thing to buy: what is written on it, what is put aside for another time, and what delivery costs.
import { expect, id, putInCart, test } from "../shop";

test("a thing is engraved, saved for later and taken up again", async ({ page }) => {
  await page.goto("/products/quill-fountain-pen");
  const engraving = page.locator("#personal-1");
  await expect(engraving).toHaveAttribute("maxlength", "20");
  await engraving.fill("For Ada");
  await page.click(id("add-to-cart"));
  await expect(page.locator(id("cart-count"))).toHaveText("1");
  await page.click(id("cart-link"));
  await expect(page.locator(id("cart-item"))).toContainText("For Ada");

  await page.click(id("save-for-later"));
  await expect(page.locator(id("saved-item"))).toContainText("For Ada");
  await expect(page.locator(id("cart-count"))).toHaveText("0");
  await page.click(id("move-to-cart"));
  await expect(page.locator(id("cart-item"))).toContainText("For Ada");
  await expect(page.locator(id("saved-item"))).toHaveCount(0);
});

test("the cart tells what delivery costs before anybody gives an address", async ({ page }) => {
  await putInCart(page, "sample-product");
  await page.click(id("cart-link"));
  await page.locator(`${id("estimate")} summary`).click();
  await page.selectOption("#estimate-country", "US");
  await page.fill("#estimate-postal-code", "90210");
  await page.click(id("estimate-show"));
  await expect(page.locator(id("estimate-option")).first()).toBeVisible();
});

test("how many is stepped by keyboard, and is sent when it stands", async ({ page }) => {
  await putInCart(page, "sample-product");
  // The page's clock stands still: how long the steps take is of no account.
  await page.clock.install();
  await page.goto("/cart");
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 3_600_000));
  const quantity = page.locator(`${id("cart-item")} input.quantity`);
  await quantity.focus();
  for (const step of ["2", "3"]) {
    await page.keyboard.press("ArrowUp");
    await expect(quantity).toHaveValue(step);
  }
  await expect(page.locator(id("cart-count"))).toHaveText("1");
  await page.clock.runFor(2000);
  await expect(page.locator(id("cart-count"))).toHaveText("3");
  await expect(quantity).toBeFocused();
});

test("what was chosen in a list stays when the page catches up", async ({ page, context }) => {
  await putInCart(page, "sample-product");
  await page.click(id("cart-link"));
  await page.locator(`${id("estimate")} summary`).click();
  await page.selectOption("#estimate-country", "CA");
  await page.waitForLoadState();
  const isCart = (asked: { url(): string }) => new URL(asked.url()).pathname === "/cart";
  const told = page.waitForRequest(isCart);
  const other = await context.newPage();
  await other.goto("/products/ridge-table-lamp");
  await other.click(id("add-to-cart"));
  await told;
  // The page asks a second time only once it has shown the first answer.
  const again = page.waitForRequest(isCart);
  await page.evaluate(() => document.dispatchEvent(new Event("cart")));
  await again;
  await expect(page.locator("#estimate-country")).toHaveValue("CA");
});

test("the tabs of a browser agree on the cart", async ({ page, context }) => {
  await putInCart(page, "sample-product");
  await page.click(id("cart-link"));
  await expect(page.locator(id("cart-item"))).toHaveCount(1);
  // What a tab tells the others it tells once: they have to listen.
  await page.waitForLoadState();
  const other = await context.newPage();
  await other.goto("/products/ridge-table-lamp");
  await other.click(id("add-to-cart"));
  await expect(other.locator(id("cart-count"))).toHaveText("2");
  await expect(page.locator(id("cart-count"))).toHaveText("2");
  await expect(page.locator(id("cart-item"))).toHaveCount(2);
  await other.waitForLoadState();
  // What was put in place works as what it replaced: the lamp is taken out again, and the other tab hears of it.
  await page.getByRole("button", { name: "Remove" }).last().click();
  await expect(page.locator(id("cart-item"))).toHaveCount(1);
  await expect(other.locator(id("cart-count"))).toHaveText("1");
});
