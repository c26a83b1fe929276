// A page, from the merchant's desk through the menu below every page to the shopper.
import { expect, id, signIn, test } from "../shop";

test("a merchant writes a page and puts it into the footer, and a shopper reads it", async ({ page, browser, baseURL }) => {
  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto("/admin/pages");
  await desk.click(id("new-page"));
  const title = `How we glaze ${Date.now()}`;
  await desk.fill(id("page-title-en"), title);
  await desk.getByRole("toolbar").first().getByRole("button", { name: "Edit as HTML" }).click();
  await desk.fill(id("page-body-en"), "<p>With ash, and with <strong>patience</strong>.</p>");
  await desk.click(id("preview"));
  await expect(desk.locator(id("page-preview"))).toContainText("With ash");
  await desk.click(id("save-page"));
  await desk.click(id("view-page"));
  await expect(desk.locator(id("preview-notice"))).toContainText("draft");
  await page.goto("/");
  await expect(page.locator(id("footer-menu"))).not.toContainText(title);

  await desk.locator(id("preview-notice")).getByRole("link").click();
  await desk.check(id("page-published"));
  await desk.click(id("save-page"));
  await desk.click(id("admin-nav-pages"));
  await desk.click(id("tab-menus"));
  await desk.selectOption(id("menu-place"), "footer");
  await desk.selectOption(id("menu-target"), { label: title });
  await desk.click(id("add-menu-item"));
  await expect(desk.locator(id("menu-footer"))).toContainText(title);

  await page.reload();
  await page.locator(id("footer-menu")).getByRole("link", { name: title }).click();
  await expect(page.locator(id("page"))).toContainText("With ash, and with patience.");
  await expect(page).toHaveTitle(new RegExp(title));
});
