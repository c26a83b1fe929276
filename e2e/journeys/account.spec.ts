// From sign-up to a new password, by the links in the mails.
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, signUp, test } from "../shop";
import { linkIn, mailTo } from "../mailbox";

test("a shopper signs up, verifies the address and finds the orders made as a guest", async ({ page }) => {
  const email = newEmail();
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, email);
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);

  await signUp(page, email, "an analytical engine");

  await page.goto(linkIn(await mailTo(email, /verify|confirm your/i), "/account/verify"));
  await page.click(id("verify-button"));
  await signIn(page, email, "an analytical engine");
  // They come to the account in the background.
  await expect
    .poll(async () => {
      await page.goto("/account/orders");
      return page.getByText(number).count();
    })
    .toBe(1);
});

test("an address is confirmed in another browser once its owner signs in there", async ({ page, browser }) => {
  const email = newEmail();
  await signUp(page, email, "a loom with cards");
  const link = linkIn(await mailTo(email, /verify|confirm your/i), "/account/verify");

  const context = await browser.newContext();
  const phone = await context.newPage();
  await phone.goto(link);
  await expect(phone.locator(id("verify-button"))).toHaveCount(0);
  await phone.fill(id("email"), email);
  await phone.fill(id("password"), "a loom with cards");
  await phone.click(id("login-button"));
  await phone.click(id("verify-button"));
  await expect(phone.locator(id("success-message"))).toBeVisible();
  await context.close();
});

test("a forgotten password is replaced by the link in a mail, once", async ({ page }) => {
  const email = newEmail();
  await signUp(page, email, "a moth in relay 70");
  await mailTo(email, /verify|confirm your/i);

  await page.goto("/account/forgot");
  await page.fill('input[name="email"]', email);
  await page.locator('main button[type="submit"]').click();
  const link = linkIn(await mailTo(email, /password/i), "/account/reset");
  await page.goto(link);
  await page.fill('input[name="password"]', "nanoseconds of wire");
  await page.locator('main button[type="submit"]').click();
  await signIn(page, email, "nanoseconds of wire");

  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.locator(id("error-message"))).toBeVisible();
  await expect(page.locator('input[name="password"]')).toHaveCount(0);
});
