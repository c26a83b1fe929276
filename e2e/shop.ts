// What the journeys share: the address of the store, and the steps that many of them take.
import { type Page, expect, test as base } from "@playwright/test";

export { expect };

export const test = base.extend({
  baseURL: async ({}, use) => {
    await use(process.env.E2E_URL);
  },
});

export const CARDS = {
  good: "4242424242424242",
  declined: "4000000000000002",
  insufficientFunds: "4000000000009995",
  challenge: "4000002500003155",
  lostAnswer: "4000000000000119",
};

export const id = (name: string) => `[data-testid="${name}"]`;

export async function signIn(page: Page, email = "customer@example.com", password = "password123"): Promise<void> {
  await page.goto("/login");
  await page.fill(id("email"), email);
  await page.fill(id("password"), password);
  await page.click(id("login-button"));
  await expect(page).toHaveURL("/");
}

export async function signUp(page: Page, email: string, password: string): Promise<void> {
  await page.goto("/register");
  await page.fill('input[name="first_name"]', "Ada");
  await page.fill('input[name="last_name"]', "Lovelace");
  await page.fill(id("email"), email);
  await page.fill(id("password"), password);
  await page.click(id("register-button"));
}

export async function putInCart(page: Page, slug: string): Promise<void> {
  await page.goto(`/products/${slug}`);
  const before = Number((await page.locator(id("cart-count")).textContent()) || "0");
  await page.click(id("add-to-cart"));
  await expect(page.locator(id("cart-count"))).toHaveText(String(before + 1));
}

// From any page with something in the cart to the filled checkout page of a guest.
export async function checkoutAsGuest(page: Page, email: string): Promise<void> {
  await toCheckout(page);
  await fillAsGuest(page, email);
}

export async function toCheckout(page: Page): Promise<void> {
  await page.click(id("cart-link"));
  await page.click(id("checkout-button"));
  await page.click(id("guest-checkout"));
  await expect(page.locator(id("guest-email"))).toBeVisible();
}

export async function fillAsGuest(page: Page, email: string): Promise<void> {
  await page.fill(id("guest-email"), email);
  await page.fill(id("guest-name"), "Ada Lovelace");
  await fillAddress(page);
}

export async function fillAddress(page: Page): Promise<void> {
  await page.fill(id("shipping-address"), "456 Oak Ave");
  await page.fill(id("shipping-city"), "Springfield");
  await page.fill(id("shipping-zip"), "90210");
  await page.selectOption(id("shipping-state"), "CA");
  await page.click(id("shipping-standard"));
}

export async function payWith(page: Page, card: string): Promise<void> {
  await page.fill(id("card-number"), card);
  await page.fill(id("card-expiry"), "12/31");
  await page.fill(id("card-cvc"), "123");
  await page.click(id("place-order"));
}

// The number of the order that the success page shows.
export async function confirmedOrder(page: Page): Promise<string> {
  await expect(page).toHaveURL(/\/checkout\/success/);
  await expect(page.locator(id("order-confirmation"))).toBeVisible();
  const text = (await page.locator(id("order-number")).textContent()) ?? "";
  expect(text).toMatch(/ORD-\d+/);
  return text.match(/ORD-\d+/)![0];
}

// Addresses that no other journey uses.
let guests = 0;
export function newEmail(): string {
  guests += 1;
  return `guest-${process.pid}-${guests}-${Date.now()}@example.com`;
}
