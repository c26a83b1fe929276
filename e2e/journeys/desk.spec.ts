// The desk by keyboard: jumping, views of lists, and the editor of texts.
import type { Page } from "@playwright/test";
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, test } from "../shop";

// The script that hears the keys shows this button when it does.
async function listening(page: Page): Promise<void> {
  await expect(page.locator(id("show-keys"))).toBeVisible();
}

// What is wider than its place.
function tooWide(): string[] {
  const places = [...document.querySelectorAll("html, main .card, main td")].filter((place) => place.checkVisibility());
  return places.filter((place) => place.scrollWidth > place.clientWidth + 1).map((place) => place.outerHTML.slice(0, 100));
}

test.beforeEach(async ({ page }) => {
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
});

test("an order, a room and a row are reached without the mouse", async ({ page }) => {
  await page.goto("/admin/orders");
  const number = (await page.locator(id("order-link")).first().textContent())!;
  await page.keyboard.press("Control+k");
  await page.keyboard.type(number);
  const found = page.getByRole("option", { name: number });
  await expect(found).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(page.locator("#palette")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(found).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.locator(id("order-number"))).toHaveText(number);

  await listening(page);
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL("/admin/products");
  await listening(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.locator(id("product-row")).nth(1).getByRole("link").first()).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});

test("a name without end breaks no page, and a phone finds every room behind a menu", async ({ page, browser, baseURL }) => {
  const shopper = await (await browser.newContext({ baseURL })).newPage();
  await putInCart(shopper, "sample-product");
  await checkoutAsGuest(shopper, newEmail());
  for (const field of ["guest-name", "shipping-address", "shipping-city"]) await shopper.fill(id(field), "W".repeat(100));
  await payWith(shopper, CARDS.good);
  const number = await confirmedOrder(shopper);
  await page.goto(`/admin/orders?q=${number}`);
  const order = (await page.locator(id("order-link")).getAttribute("href"))!;
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/admin", `/admin/orders?q=${number}`, order, "/admin/parcels"]) {
      await page.goto(path);
      expect(await page.evaluate(tooWide), `${path} at ${width}`).toEqual([]);
    }
  }
  await page.locator(`${id("menu")} summary`).click();
  await page.locator(id("menu")).getByRole("link", { name: "Stock" }).click();
  await expect(page).toHaveURL("/admin/stock");
  await expect(page.locator(`${id("menu")} summary`)).toContainText("Stock");
});

test("a form shows what applies, and leads to what has to be mended", async ({ page }) => {
  await page.goto("/admin/coupons/new");
  await expect(page.locator(id("coupon-amount"))).toBeHidden();
  await page.selectOption(id("coupon-kind"), "fixed");
  await expect(page.locator(id("coupon-percentage"))).toBeHidden();
  await page.fill(id("coupon-amount"), "little");
  await page.click(id("save-coupon"));
  await expect(page.locator(id("coupon-code"))).toBeFocused();
  const summary = page.locator(id("wrong-fields"));
  await summary.getByRole("link", { name: /Amount/ }).click();
  await expect(page.locator(id("coupon-amount"))).toBeFocused();

  await page.goto("/admin/products");
  await expect(page.locator(id("bulk-value"))).toBeHidden();
  await page.check(id("choose-all"));
  await expect(page.locator(`${id("choose-product")}:not(:checked)`)).toHaveCount(0);
  await page.selectOption(id("bulk-action"), "add_tag");
  await expect(page.locator(id("bulk-value"))).toBeVisible();
});

test("keys without Ctrl can be turned off", async ({ page }) => {
  await page.goto("/admin");
  await page.click(id("show-keys"));
  await page.getByLabel("Keys without Ctrl").uncheck();
  await page.reload();
  await page.keyboard.press("/");
  await expect(page.locator("#palette")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(page.locator(id("palette-field"))).toBeFocused();
});

test("a view is kept, deleted and brought back", async ({ page }) => {
  await page.goto("/admin/products?status=archived&stock=out");
  await page.click(id("keep-view"));
  await page.fill(id("view-name"), "Gone");
  await page.click(id("save-view"));
  await expect(page.locator(id("view-tab"))).toHaveText("Gone");
  await page.goto("/admin/products");
  await page.click(id("view-tab"));
  await expect(page).toHaveURL("/admin/products?status=archived&stock=out");
  await page.click(id("change-view"));
  await page.click(id("delete-view"));
  await expect(page.locator(id("view-tab"))).toHaveCount(0);
  await page.click(id("restore-view"));
  await expect(page.locator(id("view-tab"))).toHaveText("Gone");
  await page.click(id("change-view"));
  await page.click(id("delete-view"));
});

test("a text is formatted, and what is pasted is cleaned", async ({ page }) => {
  await page.goto("/admin/pages/new");
  const editor = page.getByRole("textbox", { name: /Text/ }).first();
  const field = page.locator(id("page-body_html-en")).or(page.locator(id("page-body-en")));
  const tool = (name: string) => page.getByRole("toolbar").first().getByRole("button", { name });
  await editor.click();
  await page.keyboard.type("Wool");
  await tool("H2 heading").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("one");
  await tool("List").first().click();
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await expect(field).toHaveValue("<h2>Wool</h2><ul><li>one</li><li>two</li></ul>");

  await editor.evaluate((element) => {
    const data = new DataTransfer();
    data.setData("text/html", `<p class="x" style="color:red">Soft <b>warm</b><script>alert(1)</script> <a href="javascript:alert(1)">bad</a></p>`);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(field).toHaveValue(/Soft <b>warm<\/b> bad/);
  await expect(field).not.toHaveValue(/script|style|class|href/);
  await tool("Undo").click();
  await expect(field).toHaveValue("<h2>Wool</h2><ul><li>one</li><li>two</li></ul>");
});
