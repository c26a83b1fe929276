// Pushes to the browser: a merchant turns them on, a shopper asks on the order's page and reads them, and a browser that is gone
// is forgotten.
import { type Page } from "@playwright/test";
import { WHOLE, launchOptions } from "../browser";
import { CARDS, checkoutAsGuest, confirmedOrder, expect, id, newEmail, payWith, putInCart, signIn, test } from "../shop";
import { type Keys, endPushesTo, newKeys, pushesTo, read } from "../push";

// A browser whose pushes come to the service of the journeys: Chromium's own would ask Google's.
async function pretend(page: Page, name: string, keys: Keys): Promise<void> {
  const endpoint = `${process.env.E2E_PUSH}/push/${name}`;
  await page.context().grantPermissions(["notifications"], { origin: process.env.E2E_URL });
  await page.addInitScript(
    ({ endpoint, keys }) => {
      const subscription = {
        endpoint,
        toJSON: () => ({ endpoint, keys: { p256dh: keys.publicKey, auth: keys.auth } }),
        unsubscribe: async () => true,
      };
      const known = () => (localStorage.getItem("pushed") ? subscription : null);
      Object.assign(PushManager.prototype, {
        getSubscription: async () => known(),
        subscribe: async (options: PushSubscriptionOptionsInit) => {
          localStorage.setItem("pushed", String(options.applicationServerKey));
          return subscription;
        },
      });
    },
    { endpoint, keys },
  );
}

test.use({ launchOptions: launchOptions(WHOLE) });

test("a shopper asks for pushes on the page of an order, reads one, and a browser that is gone is forgotten", async ({ page, browser, baseURL }) => {
  const [name, keys] = [crypto.randomUUID(), newKeys()];
  const desk = await (await browser.newContext({ baseURL })).newPage();
  await signIn(desk, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await desk.goto("/admin/settings/pushes");
  await desk.fill(id("pushes-contact"), "nobody");
  await desk.check(id("pushes-active"));
  await desk.click(id("save-pushes"));
  await expect(desk.locator(id("error-message"))).toBeVisible();
  await expect(desk.locator(id("pushes-contact"))).toHaveValue("nobody");
  await desk.fill(id("pushes-contact"), "shop@example.com");
  await desk.click(id("save-pushes"));
  await expect(desk.locator(id("success-message"))).toBeVisible();
  await desk.click(id("edit-shipped-en"));
  await desk.fill(id("text-words"), "{{ order }} left 📦\n{{ store }} sent it");
  await desk.click(id("preview-text"));
  await expect(desk.locator(id("push-look"))).toContainText("ORD-1001 left 📦");
  await desk.click(id("save-text"));
  await expect(desk.locator(id("success-message"))).toBeVisible();

  await pretend(page, name, keys);
  await putInCart(page, "sample-product");
  await checkoutAsGuest(page, newEmail());
  await payWith(page, CARDS.good);
  const number = await confirmedOrder(page);
  const button = page.locator(id("pushes-button"));
  await expect(button).toHaveText("Notify me in this browser");
  await button.click();
  await expect(page.locator(id("pushes-on"))).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem("pushed"))).toMatch(/^B[\w-]{86}$/);
  // The order's own page knows it, and takes it back and forth.
  await page.goto((await page.locator("a.button.primary").first().getAttribute("href"))!);
  await expect(button).toHaveText("Stop");
  await button.click();
  await expect(button).toHaveText("Notify me in this browser");
  await button.click();
  await expect(page.locator(id("pushes-on"))).toBeVisible();

  await desk.goto("/admin/orders");
  await desk.fill(id("order-search"), number);
  await desk.press(id("order-search"), "Enter");
  await desk.getByRole("link", { name: number }).click();
  await desk.fill(id("carrier"), "Tide Post");
  await desk.fill(id("tracking-number"), "TP-4713");
  await desk.click(id("fulfil"));
  await expect(desk.locator(id("parcel"))).toContainText("TP-4713");
  await expect.poll(async () => (await pushesTo(name)).length).toBe(1);
  const [push] = await pushesTo(name);
  expect(push.headers).toMatchObject({ "content-encoding": "aes128gcm", urgency: "normal" });
  expect(push.headers.authorization).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=B[\w-]{86}$/);
  expect(Number(push.headers.ttl)).toBeGreaterThan(86_000);
  const said = read(push, keys);
  expect(said).toMatchObject({ title: `${number} left 📦`, body: "Alder & Tide sent it" });
  await page.goto(said.path);
  await expect(page.locator(id("parcel"))).toContainText("TP-4713");

  // What the service worker makes of it.
  const shown = await deliver(page, JSON.stringify(said));
  expect(shown).toEqual([{ title: said.title, body: said.body, tag: said.tag, path: said.path }]);

  await endPushesTo(name);
  await desk.locator(id("parcel-link")).first().click();
  await desk.click(id("to-delivered"));
  await expect
    .poll(async () => {
      await desk.goto(`/admin/pushes?q=${number}`);
      return desk.locator(id("push-row")).allTextContents();
    })
    .toEqual([expect.stringContaining("takes no pushes any more"), expect.stringContaining(`${number} left`)]);
  await page.reload();
  await expect(button).toHaveText("Notify me in this browser");
});

// Hands a push to the page's service worker as a push service would, and says what is shown then.
async function deliver(page: Page, data: string) {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const own = registrations.find((one) => one.scopeURL.startsWith(process.env.E2E_URL!) && !one.isDeleted);
      if (own) resolve(own.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  await session.send("ServiceWorker.deliverPushMessage", { origin: process.env.E2E_URL!, registrationId, data });
  const shown = () =>
    page.evaluate(async () => {
      const { getNotifications } = ServiceWorkerRegistration.prototype;
      const all = await getNotifications.call(await navigator.serviceWorker.ready);
      return all.map(({ title, body, tag, data }) => ({ title, body, tag, path: data as string }));
    });
  await expect.poll(shown).toHaveLength(1);
  return shown();
}
