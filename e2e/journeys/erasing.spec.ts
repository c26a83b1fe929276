// A customer leaves for good, and a guest asks the store to be forgotten.
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, signUp, test } from "../shop";
import { linkIn, mailTo } from "../mailbox";
import type { Page } from "@playwright/test";

const PASSWORD = "an analytical engine";

async function openOrder(desk: Page, number: string): Promise<void> {
  await desk.goto(`/admin/orders?q=${number}`);
  await desk.locator(id("order-link")).first().click();
  await expect(desk.locator(id("order-number"))).toHaveText(number);
}

test("a customer whose order has arrived deletes the account", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, email);
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);
  await signUp(page, email, PASSWORD);
  await page.goto(linkIn(await mailTo(email, /verify|confirm your/i), "/account/verify"));
  await page.click(id("verify-button"));
  await signIn(page, email, PASSWORD);
  await page.goto("/account/data");
  await page.click(id("delete-link"));
  await expect(page.getByText("Invoices and credit notes stay as they were written")).toBeVisible();
  await expect(page.locator(id("error-message"))).toContainText(number);
  await expect(page.locator(id("delete-account"))).toHaveCount(0);

  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await openOrder(desk, number);
  await desk.click(id("fulfil"));
  await desk.click(id("mark-delivered"));
  await expect(desk.locator(id("order-status"))).toHaveText("Delivered");

  await page.reload();
  await page.fill(id("delete-password"), "guessed");
  await page.click(id("delete-account"));
  await expect(page.locator(id("error-message"))).toBeVisible();
  await page.fill(id("delete-password"), PASSWORD);
  await page.click(id("delete-account"));
  await expect(page).toHaveURL("/account/deleted");
  await expect(page.locator(id("deleted"))).toHaveText("Goodbye");

  await mailTo(email, /was deleted/);
  await expect
    .poll(async () => {
      await openOrder(desk, number);
      return desk.locator(id("erased")).count();
    })
    .toBe(1);
  await expect(desk.getByText(email)).toHaveCount(0);
  await page.goto("/login");
  await page.fill(id("email"), email);
  await page.fill(id("password"), PASSWORD);
  await page.click(id("login-button"));
  await expect(page.locator(id("error-message"))).toBeVisible();
});

test("the desk erases a guest by the address, typed twice", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, email);
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);

  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await openOrder(desk, number);
  await desk.click(id("erase-guest"));
  await expect(desk.locator(id("erase-email"))).toHaveValue(email);
  await desk.fill(id("erase-again"), email);
  await desk.click(id("confirm-erase"));
  await expect(desk.locator(id("error-message"))).toContainText(number);
  await openOrder(desk, number);
  await desk.click(id("fulfil"));
  await expect(desk.locator(id("parcel"))).toBeVisible();
  await desk.click(id("erase-guest"));
  await desk.fill(id("erase-again"), "somebody@example.com");
  await desk.click(id("confirm-erase"));
  await expect(desk.locator(id("error-message"))).toBeVisible();
  await desk.fill(id("erase-again"), email);
  await desk.click(id("confirm-erase"));
  await expect(desk.locator(id("success-message"))).toBeVisible();
  await mailTo(email, /was deleted/);
});
