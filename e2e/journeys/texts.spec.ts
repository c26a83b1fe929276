// Texts to the telephone: a merchant sets them up, a shopper asks for them at checkout, and STOP ends them.
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, signUp, test } from "../shop";
import { linkIn, mailTo } from "../mailbox";
import { ACCOUNT, TOKEN, signature, textsTo } from "../twilio";

test("a shopper asks for texts at checkout, is texted, and answers STOP", async ({ page, browser, baseURL, request }) => {
  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto("/admin/settings/texts");
  await desk.fill(id("texts-account"), ACCOUNT);
  await desk.fill(id("texts-token"), TOKEN);
  await desk.fill(id("texts-sender"), "call me");
  await desk.check(id("texts-active"));
  await desk.click(id("save-texts"));
  await expect(desk.locator(id("error-message"))).toContainText("begins with +");
  await expect(desk.locator(id("texts-sender"))).toHaveValue("call me");
  // The token is never shown, so it is typed again.
  await desk.fill(id("texts-token"), TOKEN);
  await desk.fill(id("texts-sender"), "+1 415 555 0999");
  await desk.click(id("save-texts"));
  await expect(desk.locator(id("success-message"))).toBeVisible();
  await desk.click(id("edit-shipped-en"));
  await desk.fill(id("text-words"), "{{ store }} sent {{ order }} ☃");
  await desk.click(id("preview-text"));
  await expect(desk.locator(id("text-look"))).toContainText("sent ORD-1001 ☃");
  await desk.fill(id("text-words"), "{{ store }} sent {{ order }}: {{ tracking }}");
  await desk.click(id("save-text"));
  await expect(desk.locator(id("success-message"))).toBeVisible();

  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, newEmail());
  await page.check(id("texts"));
  await page.fill(id("texts-phone"), "555");
  await payWith(page, CARDS.good);
  await expect(page.getByText("no telephone number we can text")).toBeVisible();
  await expect(page.locator(id("texts"))).toBeChecked();
  await page.fill(id("texts-phone"), "(415) 555-0188");
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);

  await desk.goto("/admin/orders");
  await desk.fill(id("order-search"), number);
  await desk.press(id("order-search"), "Enter");
  await desk.getByRole("link", { name: number }).click();
  await desk.fill(id("carrier"), "Tide Post");
  await desk.fill(id("tracking-number"), "TP-4712");
  await desk.click(id("fulfil"));
  await expect(desk.locator(id("parcel"))).toContainText("TP-4712");
  await expect.poll(async () => (await textsTo("+14155550188")).map((text) => text.Body)).toHaveLength(1);
  const [text] = await textsTo("+14155550188");
  expect(text.From).toBe("+14155550999");
  expect(text.Body).toContain(`sent ${number}: http`);
  await expect
    .poll(async () => {
      await desk.goto("/admin/texts?q=4155550188");
      return desk.locator(id("text-state")).allTextContents();
    })
    .toEqual(["Sent"]);

  const form = { From: "+14155550188", Body: "Stop", MessageSid: "SM-answer" };
  const replies = `${process.env.E2E_URL}/texts/replies`;
  const post = (proof: string) => request.post(replies, { form, headers: { "x-twilio-signature": proof } });
  expect((await post(signature(`${replies}/`, form))).status()).toBe(400);
  expect((await post(signature(replies, form))).status()).toBe(200);
  const email = newEmail();
  await signUp(page, email, "a lamp that turns");
  await page.goto(linkIn(await mailTo(email, /verify|confirm your/i), "/account/verify"));
  await page.click(id("verify-button"));
  await signIn(page, email, "a lamp that turns");
  await page.goto("/account/messages");
  await page.check(id("texts-wanted"));
  await page.fill(id("texts-phone"), "415 555 0188");
  await page.click(id("save-texts"));
  await expect(page.locator(id("texts-stopped"))).toContainText("+14155550188 answered STOP");
});
