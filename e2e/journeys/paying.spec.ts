// What happens to money: cards that pass, cards that do not, and where their numbers go.
import { readFileSync } from "node:fs";
import {
  CARDS, checkoutAsGuest, confirmedOrder, expect, fillAddress, fillAsGuest, id, newEmail, payWith, putInCart, signIn, signUp, test,
  toCheckout,
} from "../shop";

test("a guest buys, and the card's number never reaches the store", async ({ page }) => {
  const spoken: string[] = [];
  page.on("request", (request) => spoken.push(`${request.url()} ${request.postData() ?? ""}`));
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, newEmail());
  await payWith(page, CARDS.good);
  await confirmedOrder(page);

  const posted = spoken.join("\n");
  expect(posted).toContain("tok_success");
  for (const written of [CARDS.good, "4242 4242", "4242+4242", "4242%204242"]) {
    expect(posted).not.toContain(written);
    if (process.env.E2E_LOG) expect(readFileSync(process.env.E2E_LOG, "utf8")).not.toContain(written);
  }
});

for (const card of ["declined", "insufficientFunds"] as const) {
  test(`a ${card} card is refused politely, and another one passes`, async ({ page }) => {
    await putInCart(page, "sample-product");
    await checkoutAsGuest(page, newEmail());
    await payWith(page, CARDS[card]);
    await expect(page.locator(id("error-message"))).toBeVisible();
    await expect(page).toHaveURL(/\/checkout/);
    await expect(page.locator(id("shipping-city"))).toHaveValue("Springfield");
    await expect(page.locator(id("card-again"))).toBeVisible();

    await payWith(page, CARDS.good);
    await confirmedOrder(page);
  });
}

test("what is missing at the checkout is told at once, and the card stays", async ({ page }) => {
  await putInCart(page, "sample-product");
  await toCheckout(page);
  await page.fill(id("guest-email"), "ada");
  await payWith(page, CARDS.good);
  for (const field of ["guest-email", "guest-name", "shipping-address", "shipping-city", "shipping-zip", "shipping-state"]) {
    await expect(page.locator(id(field)), field).toHaveAttribute("aria-invalid", "true");
  }
  await expect(page.locator(id("guest-email"))).toBeFocused();
  await expect(page.locator(id("card-number"))).toHaveValue(CARDS.good);
  for (const typed of ["12-31", "12 / 31", "1231"]) {
    await page.fill(id("card-expiry"), "");
    await page.locator(id("card-expiry")).pressSequentially(typed);
    await expect(page.locator(id("card-expiry")), typed).toHaveValue("12/31");
  }
  await fillAsGuest(page, newEmail());
  await page.click(id("place-order"));
  await confirmedOrder(page);
});

test("a card that asks the bank first is paid after the shopper agrees", async ({ page }) => {
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, newEmail());
  await payWith(page, CARDS.challenge);
  await expect(page).toHaveURL(/\/sandbox\/challenge\//);
  await page.click(id("challenge-approve"));
  await confirmedOrder(page);
});

test("a shopper who refuses at the bank comes back to the checkout", async ({ page }) => {
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, newEmail());
  await payWith(page, CARDS.challenge);
  await page.click(id("challenge-refuse"));
  await expect(page.locator(id("error-message"))).toBeVisible();
});

test("a lost answer of the bank does not lose the order", async ({ page }) => {
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, newEmail());
  await payWith(page, CARDS.lostAnswer);
  await confirmedOrder(page);
});

test("a card is saved at the first purchase, pays at the second, and is removed", async ({ page }) => {
  const email = newEmail();
  await signUp(page, email, "an analytical engine");
  await signIn(page, email, "an analytical engine");
  await putInCart(page, "sample-product");
  await page.goto("/checkout");
  await fillAddress(page);
  await expect(page.locator(id("saved-card"))).toHaveCount(0);
  await page.check(id("save-card"));
  await payWith(page, CARDS.good);
  await confirmedOrder(page);

  await putInCart(page, "sample-product");
  await page.goto("/checkout");
  await fillAddress(page);
  await expect(page.locator(id("saved-card"))).toBeChecked();
  // Typing another card means that one; the saved one can be chosen again.
  await page.fill(id("card-number"), CARDS.declined);
  await expect(page.locator(id("another-card"))).toBeChecked();
  await page.check(id("saved-card"));
  await page.click(id("place-order"));
  await confirmedOrder(page);

  await page.goto("/account/cards");
  await expect(page.locator(id("saved-card"))).toContainText("4242");
  await page.click(id("remove-card"));
  await page.click(id("confirm-remove-card"));
  await expect(page.locator(id("no-cards"))).toBeVisible();
});
