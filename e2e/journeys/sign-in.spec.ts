// Ways in besides a password: a provider that vouches for people, and a passkey.
import { expect, id, newEmail, signIn, test } from "../shop";
import { startProvider } from "../provider";

test("a merchant adds a provider, and a shopper signs in with it", async ({ page, browser, baseURL }) => {
  const email = newEmail();
  const provider = await startProvider(email);
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await page.goto("/admin/settings/providers");
  await page.click(id("new-provider"));
  const name = `Lovelace ${process.pid}`;
  await page.fill(id("provider-name"), name);
  await page.fill(id("provider-issuer"), `${provider.issuer}/nobody`);
  await page.fill(id("provider-client-id"), "souk");
  await page.fill(id("provider-client-secret"), "a secret between us");
  await page.click(id("save-provider"));
  await expect(page.locator(id("error-message"))).toContainText("cannot be reached");
  await page.fill(id("provider-issuer"), provider.issuer);
  await page.fill(id("provider-client-secret"), "a secret between us");
  await page.click(id("save-provider"));
  await expect(page.locator(id("provider-callback"))).toContainText("/callback");

  const shopper = await (await browser.newContext({ baseURL })).newPage();
  await shopper.goto("/login?next=/account/profile");
  const button = shopper.getByRole("button", { name: `Continue with ${name}` });
  await button.click();
  await shopper.click("#deny");
  await expect(shopper.locator(id("error-message"))).toContainText("did not agree");
  await button.click();
  await shopper.click("#agree");
  await expect(shopper).toHaveURL(/\/account\/profile$/);
  await expect(shopper.locator('input[name="first_name"]')).toHaveValue("Ada");
  await shopper.goto("/account/security");
  await expect(shopper.locator(id("linked-provider"))).toContainText(email);
  await shopper.click(id("unlink-provider"));
  await expect(shopper.locator(id("error-message"))).toContainText("only way");

  await page.click(id("remove"));
  await page.click(id("confirm-remove"));
  await expect(page.locator(id("success-message"))).toBeVisible();
  await provider.stop();
});

test("a shopper makes a passkey, signs in with it, and removes it", async ({ page, baseURL }) => {
  // A passkey belongs to a host name, which an address of numbers is not.
  const shop = baseURL!.replace("127.0.0.1", "localhost");
  const device = await page.context().newCDPSession(page);
  await device.send("WebAuthn.enable");
  const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const email = newEmail();
  await page.goto(`${shop}/register`);
  await page.fill('input[name="first_name"]', "Ada");
  await page.fill(id("email"), email);
  await page.fill(id("password"), "an analytical engine");
  await page.click(id("register-button"));
  await page.goto(`${shop}/login?next=/account/security`);
  await page.fill(id("email"), email);
  await page.fill(id("password"), "an analytical engine");
  await page.click(id("login-button"));
  await page.fill(id("passkey-name"), "My telephone");
  await page.click(id("passkey-add"));
  await expect(page.locator(id("passkey-row"))).toContainText("My telephone");

  // The device has one already and says so.
  await page.fill(id("passkey-name"), "Once more");
  await page.click(id("passkey-add"));
  await expect(page.locator(id("passkey-trouble"))).toBeVisible();

  await page.click(id("logout-button"));
  await page.goto(`${shop}/login?next=/account/security`);
  await page.click(id("login-passkey"));
  await expect(page.locator(id("passkey-row"))).toContainText("My telephone");

  await page.click(id("passkey-remove"));
  await expect(page.locator(id("passkey-row"))).toHaveCount(0);
  await page.click(id("logout-button"));
  await page.goto(`${shop}/login`);
  await page.click(id("login-passkey"));
  await expect(page.locator(id("error-message"))).toContainText("not known here");
  await device.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
});
