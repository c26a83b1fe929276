// A review, from the link in the mail to the stars on the product's page.
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, test } from "../shop";
import { linkIn, mailTo } from "../mailbox";

test("a buyer reviews, the merchant publishes and answers, and the page shows it", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, email);
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);

  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto(`/admin/orders?q=${number}`);
  await desk.getByRole("link", { name: number }).click();
  await desk.fill(id("carrier"), "Tide Post");
  await desk.click(id("fulfil"));
  await desk.locator(id("parcel-link")).first().click();
  await desk.click(id("to-delivered"));
  await expect(desk.locator(id("parcel-state"))).toHaveText("Delivered");

  await page.goto(linkIn(await mailTo(email, /arrived/), "/orders/[^\\s]+/reviews"));
  await page.click(id("review-product"));
  await page.click(id("send-review"));
  await expect(page.locator(id("error-message")).first()).toBeVisible();
  const words = `Warm tea for an hour, says ${number}`;
  await page.locator(id("stars-4")).check({ force: true });
  await page.fill(id("review-title"), "A good mug");
  await page.fill(id("review-body"), words);
  await page.fill(id("review-author"), "Ada");
  await page.setInputFiles(id("review-photo"), {
    name: "mug.svg",
    mimeType: "image/svg+xml",
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'),
  });
  await page.click(id("send-review"));
  await expect(page.locator(id("success-message"))).toBeVisible();

  await desk.goto(`/admin/reviews?queue=waiting&q=${number}`);
  await desk.click(id("open-review"));
  await desk.fill(id("review-reply-text"), `Thank you, ${number}!`);
  await desk.click(id("save-reply"));
  await desk.click(id("approve-review"));
  await expect(desk.locator(id("review-state"))).toHaveText("Published");

  await page.goto("/products/sample-product?reviews=newest&stars=4");
  const review = page.locator(id("review")).filter({ hasText: words });
  await expect(review).toContainText(`Thank you, ${number}!`);
  await expect(review.locator(id("verified"))).toBeVisible();
  await review.locator(id("helpful")).click();
  await expect(page.locator(id("review")).filter({ hasText: words }).locator(id("helpful"))).toContainText("(1)");
});
