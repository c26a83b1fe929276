// A purchase from both sides: the merchant ships and refunds, the shopper sees it in the mail and on the order's page, which
// follows while it is open.
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, test } from "../shop";
import { linkIn, mailTo } from "../mailbox";

test("the merchant ships and refunds, and the shopper is told", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, email);
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);
  const status = linkIn(await mailTo(email, new RegExp(number)), "/orders/");
  const listening = page.waitForResponse((answer) => /\/live(\?|$)/.test(answer.url()));
  await page.goto(status);
  await listening;

  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto("/admin/orders");
  await desk.fill(id("order-search"), number);
  await desk.press(id("order-search"), "Enter");
  await desk.getByRole("link", { name: number }).click();
  await expect(desk.locator(id("order-number"))).toHaveText(number);
  await desk.fill(id("carrier"), "Tide Post");
  await desk.fill(id("tracking-number"), "TP-4711");
  await desk.click(id("fulfil"));
  await expect(desk.locator(id("parcel"))).toContainText("TP-4711");

  await expect(page.locator(id("tracking-number"))).toHaveText("TP-4711");
  await expect(page.locator(id("order-status"))).toHaveText("Sent");
  await expect(page.locator("[data-live-says]")).toHaveText("Sent");
  expect(await mailTo(email, /way|shipped|sent/i)).toContain("TP-4711");

  const total = (await desk.locator(id("order-total")).textContent())!.trim();
  await desk.click(id("refund"));
  await desk.click(id("refund-everything"));
  await desk.click(id("preview-refund"));
  await expect(desk.locator(id("refund-amount"))).toHaveText(total);
  await desk.click(id("confirm-refund"));
  await expect(desk.locator(id("refunded-total"))).toContainText(total);

  await expect(page.locator(id("refunded"))).toContainText(total);
  expect(await mailTo(email, /refund|money/i)).toContain(total);
});

test("an order goes in two parcels, and the shopper sees the first one arrive", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  await putInCart(page, "sample-product");
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, email);
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);
  const status = linkIn(await mailTo(email, new RegExp(number)), "/orders/");

  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto(`/admin/orders?q=${number}`);
  await desk.getByRole("link", { name: number }).click();
  const order = desk.url();
  await desk.fill(id("fulfil-quantity"), "1");
  await desk.click(id("pick"));
  await desk.fill(id("carrier"), "Tide Post");
  await desk.fill(id("tracking-number"), "TP-2");
  await desk.click(id("fulfil"));
  await expect(desk.locator(id("parcel"))).toHaveCount(2);
  await page.goto(status);
  await expect(page.locator(id("parcel-state"))).toHaveText(["Being packed", "On its way"]);

  await desk.goto("/admin/parcels/pick-list");
  await expect(desk.getByRole("heading", { name: number })).toBeVisible();
  await desk.goto(order);
  await desk.locator(id("parcel-link")).first().click();
  await desk.click(id("to-ready_to_ship"));
  await desk.fill(id("carrier"), "Pony Express");
  await desk.fill(id("tracking-number"), "PX-1");
  await desk.fill(id("tracking-url"), "https://pony.example/PX-1");
  await desk.click(id("to-in_transit"));
  await desk.click(id("to-delivered"));
  await expect(desk.locator(id("parcel-state"))).toHaveText("Delivered");

  await page.reload();
  await expect(page.locator(id("parcel-state"))).toHaveText(["Delivered", "On its way"]);
  await expect(page.locator(id("tracking-number"))).toHaveText(["PX-1", "TP-2"]);
  await expect(page.locator(id("track"))).toHaveAttribute("href", "https://pony.example/PX-1");
  expect(await mailTo(email, /arrived/i)).toContain("PX-1");
});

test("a shopper cannot enter the back office", async ({ page }) => {
  const stranger = await page.goto("/admin");
  expect(new URL(page.url()).pathname).toBe("/login");
  expect(stranger?.status()).toBe(200);
  await signIn(page);
  const refused = await page.goto("/admin/orders");
  expect(refused?.status()).toBe(403);
});
