// A merchant writes a mail in other words, looks at it, and takes the theme's again. No other journey sends this one.
import { expect, id, signIn, test } from "../shop";

test("the merchant writes a mail, sees it as it would arrive, and is told of mistakes", async ({ page }) => {
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await page.goto("/admin/settings/mails");
  await page.click(id("edit-staff_invitation-id"));
  const look = page.frameLocator("iframe[name=look]");
  await expect(look.locator("h1")).toBeVisible();

  const html = page.locator(id("mail-html"));
  await html.fill("<h1>Halo {{ nama }}</h1>");
  await page.click(id("preview-mail"));
  await expect(look.locator(id("error-message"))).toContainText("nama");
  await page.click(id("save-mail"));
  await expect(page.locator(id("error-message"))).toContainText("nama");
  await expect(html).toHaveValue("<h1>Halo {{ nama }}</h1>");

  await html.fill("<h1>Halo {{ name }}, selamat datang</h1>");
  await page.click(id("preview-mail"));
  await expect(look.locator("h1")).toContainText("selamat datang");
  await page.click(id("save-mail"));
  await expect(page.locator(id("success-message"))).toBeVisible();

  await page.click(id("edit-staff_invitation-id"));
  await expect(html).toHaveValue("<h1>Halo {{ name }}, selamat datang</h1>");
  await page.click(id("reset-mail"));
  await page.click(id("confirm-reset"));
  await page.click(id("edit-staff_invitation-id"));
  await expect(html).toHaveValue(/block content/);
});
