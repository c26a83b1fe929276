// An address is asked for as its country writes it.
import { CARDS, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, test } from "../shop";

test("the fields follow the country, and an order goes to Japan", async ({ page }) => {
  await putInCart(page, "sample-product");
  await page.click(id("cart-link"));
  await page.click(id("checkout-button"));
  await page.click(id("guest-checkout"));
  await page.fill(id("guest-email"), newEmail());
  await page.fill(id("guest-name"), "Ada Lovelace");
  await page.fill(id("shipping-address"), "1-7-1 Nagatacho, Chiyoda");
  const labels = page.locator("[data-places] label");
  await expect(labels).toHaveText(["City", "State", "ZIP code"]);
  // Once the script runs, it shows the card's fields and follows the country.
  await expect(page.locator(id("card-number"))).toBeVisible();

  await page.selectOption("#field-country", "JP");
  await expect(labels).toHaveText(["Postal code", "Prefecture"]);
  await expect(page.locator(id("shipping-address"))).toHaveValue("1-7-1 Nagatacho, Chiyoda");
  await page.fill(id("shipping-zip"), "100-0014");
  await page.selectOption(id("shipping-state"), "13");
  await page.click(id("shipping-standard"));
  await payWith(page, CARDS.good);
  await confirmedOrder(page);
});

test("the address book says what a country asks for, and Enter saves", async ({ page }) => {
  await signIn(page);
  await page.goto("/account/addresses");
  await page.fill("#field-line1", "10 Downing Street");
  await page.selectOption("#field-country", "GB");
  await expect(page.locator('label[for="field-city"]')).toHaveText("Town");
  await expect(page.locator("#field-country")).toBeFocused();
  await expect(page.locator("#field-line1")).toHaveValue("10 Downing Street");

  await page.press("#field-line1", "Enter");
  await expect(page.locator("#error-city")).toBeVisible();
  await expect(page.locator("#error-postal_code")).toHaveText("Please fill this in.");
  await page.fill("#field-city", "London");
  await page.fill("#field-postal_code", "SW1A 2AA");
  await page.press("#field-postal_code", "Enter");
  await expect(page.locator("address", { hasText: "10 Downing Street" })).toContainText("London SW1A 2AA");
});
