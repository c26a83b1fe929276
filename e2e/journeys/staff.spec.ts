// A colleague is invited, joins with an authenticator app, works within a role, and leaves.
import { createHmac } from "node:crypto";
import { expect, id, newEmail, signIn, test } from "../shop";
import { linkIn, mailTo } from "../mailbox";

const PASSWORD = "a ladder for the attic";

// What an authenticator app shows (RFC 6238).
function code(secret: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac("sha1", key).update(step).digest();
  const word = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

test("a colleague is invited, joins with a second factor, and is deactivated", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await page.goto("/admin/settings");
  await page.click(id("settings-staff"));
  await page.fill(id("invite-email"), email);
  await page.fill(id("invite-name"), "Ada");
  await page.selectOption(id("invite-role"), "support");
  await page.click(id("invite"));
  await expect(page.locator(id("invitation-row"))).toContainText(email);

  const colleague = await (await browser.newContext({ baseURL })).newPage();
  await colleague.goto(linkIn(await mailTo(email, /work with us/i), "/admin/join"));
  await colleague.fill(id("join-name"), "Ada L.");
  await colleague.fill(id("join-password"), PASSWORD);
  await colleague.click(id("join"));
  await signIn(colleague, email, PASSWORD);
  await colleague.goto("/account/security");
  await colleague.click(id("second-factor-start"));
  const secret = (await colleague.locator(id("enrol-secret")).textContent())!.replaceAll(" ", "");
  await colleague.fill(id("enrol-code"), code(secret));
  await colleague.click(id("enrol-confirm"));
  const recovery = await colleague.locator(`${id("recovery-codes")} li`).first().textContent();
  await colleague.click(id("recovery-done"));
  await expect(colleague).toHaveURL(/\/admin$/);

  const elsewhere = await (await browser.newContext({ baseURL })).newPage();
  await elsewhere.goto("/login?next=/admin/orders");
  await elsewhere.fill(id("email"), email);
  await elsewhere.fill(id("password"), PASSWORD);
  await elsewhere.click(id("login-button"));
  await elsewhere.fill(id("login-code"), recovery!);
  await elsewhere.click(id("login-code-button"));
  await expect(elsewhere).toHaveURL(/\/admin\/orders$/);
  expect((await elsewhere.goto("/admin/coupons"))?.status()).toBe(403);

  await page.goto("/admin/settings/staff");
  await page.getByRole("link", { name: "Ada L." }).click();
  await page.uncheck(id("member-active"));
  await page.click(id("save-member"));
  await elsewhere.goto("/admin/orders");
  await expect(elsewhere).toHaveURL(/\/login/);

  await page.goto("/admin/settings/audit?table=identity.staff");
  await expect(page.locator(id("audit-entry")).first()).toContainText("deactivated at");
});
