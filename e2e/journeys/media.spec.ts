// Files of a product: they come by button and by drag, what is no picture is refused, and the shop shows the rest in the
// sizes it needs.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, id, signIn, test } from "../shop";

/// Souk looks in the same places.
const writesAvif = process.env.PATH!.split(delimiter).some((folder) => existsSync(join(folder, "avifenc")));

/// A photo of one colour, 1200 by 800, drawn by the browser.
async function photo(page: Page, colour: string): Promise<Buffer> {
  const data = await page.evaluate((colour) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1200, 800];
    const context = canvas.getContext("2d")!;
    context.fillStyle = colour;
    context.fillRect(0, 0, 1200, 800);
    return canvas.toDataURL("image/jpeg").split(",")[1];
  }, colour);
  return Buffer.from(data, "base64");
}

/// Makes a product that is for sale, and opens its page at the desk.
async function ownProduct(page: Page, title: string): Promise<string> {
  await page.goto("/admin/products/new");
  await page.fill(id("product-title"), title);
  await page.fill(id("product-price"), "9.00");
  await page.selectOption(id("product-status"), "active");
  await page.click(id("save-product"));
  await expect(page).toHaveURL(/\/admin\/products\/prd_/);
  return new URL(page.url()).pathname;
}

async function drop(page: Page, name: string, content: Buffer) {
  const files = await page.evaluateHandle(
    ([name, data]) => {
      const files = new DataTransfer();
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      files.items.add(new File([bytes], name, { type: "image/jpeg" }));
      return files;
    },
    [name, content.toString("base64")],
  );
  await page.dispatchEvent("[data-drop]", "drop", { dataTransfer: files });
}

test("pictures come by button and by drag, and the shop shows them small", async ({ page, browser, baseURL }) => {
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  const product = await ownProduct(page, "Painted Wall");
  await page.click(id("product-images"));
  await page.waitForLoadState();
  const rows = page.locator(id("image-row"));
  const before = await rows.count();

  await page.fill("#field-alt", "A wall in plain colours");
  await page.setInputFiles(id("image-file"), [
    { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("only words") },
  ]);
  await page.click(id("image-upload"));
  await expect(page.locator("[data-progress]")).toContainText("notes.png");
  await expect(page.locator("[data-progress] .error")).toBeVisible();
  await expect(page.locator("#field-alt")).toHaveValue("A wall in plain colours");

  const [red, green, blue] = [await photo(page, "#b33"), await photo(page, "#3b3"), await photo(page, "#33b")];
  await page.setInputFiles(id("image-file"), [
    { name: "red.jpg", mimeType: "image/jpeg", buffer: red },
    { name: "green.jpg", mimeType: "image/jpeg", buffer: green },
  ]);
  await page.click(id("image-upload"));
  await expect(rows).toHaveCount(before + 2);
  await page.waitForLoadState();
  await drop(page, "blue.jpg", blue);
  await expect(rows).toHaveCount(before + 3);
  await page.check("input[name=turn]");
  await page.setInputFiles(id("image-file"), [
    { name: "1.jpg", mimeType: "image/jpeg", buffer: red },
    { name: "2.jpg", mimeType: "image/jpeg", buffer: green },
  ]);
  await page.click(id("image-upload"));
  await expect(page.locator(id("attachment-row")).filter({ hasText: "360°" })).toHaveCount(1);

  // The new picture goes up one place by its arrow, and a removed one asks first.
  const last = await rows.last().locator("input[name=url]").inputValue();
  await rows.last().getByRole("button", { name: /up/ }).click();
  await expect(rows.nth(before + 1).locator("input[name=url]")).toHaveValue(last);
  await rows.last().locator(id("remove-image")).click();
  await page.click(id("confirm-remove"));
  await expect(rows).toHaveCount(before + 2);

  // The blue one first.
  await rows.nth(before + 1).locator("input[name=place]").fill("0");
  await page.click(id("save-images"));
  await expect(page).toHaveURL(product);
  const shop = await (await browser.newContext({ baseURL })).newPage();
  const link = await page.locator('a[href^="/products/"]').first().getAttribute("href");
  await shop.goto(link!);
  const shown = shop.locator(".gallery .main img");
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  const source = await shown.evaluate((img: HTMLImageElement) => img.currentSrc);
  expect(source).toMatch(writesAvif ? /-\d+\.avif$/ : /-\d+\.webp$/);
  const kind = async (ending: string) => {
    const answer = await shop.request.get(source.replace(/\.\w+$/, ending));
    return answer.headers()["content-type"];
  };
  expect([await kind(".webp"), await kind(".avif")]).toEqual(["image/webp", writesAvif ? "image/avif" : "image/webp"]);
  expect([await shown.getAttribute("width"), await shown.getAttribute("height")]).toEqual(["1200", "800"]);
  const turn = shop.locator(".turn");
  await turn.focus();
  await shop.keyboard.press("ArrowRight");
  await expect(turn).toHaveAttribute("aria-valuenow", "2");
  await expect.poll(() => turn.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(640);
});

test("without JavaScript the form takes several files and tells which it refuses", async ({ browser, baseURL }) => {
  const page = await (await browser.newContext({ baseURL, javaScriptEnabled: false })).newPage();
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  const product = await ownProduct(page, "Wall Manual");
  await page.goto(`${product}/images`);
  const attachments = page.locator(id("attachment-row"));
  const before = await attachments.count();
  await page.fill("#field-alt", "Manual");
  await page.setInputFiles(id("image-file"), [
    { name: "manual.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") },
    { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a photo") },
  ]);
  await page.click(id("image-upload"));
  await expect(page.locator("#error-file")).toContainText("photo.jpg");
  await expect(page.locator("#field-alt")).toHaveValue("Manual");
  await expect(attachments).toHaveCount(before + 1);
});

test("a category takes its picture by drag, with words for whoever does not see it", async ({ page }) => {
  await signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!);
  await page.goto("/admin/categories/new");
  const mark = Math.random().toString(36).slice(2, 8);
  await page.fill("#field-name", `Shelves ${mark}`);
  await expect(page.locator("[data-drop]")).toBeVisible();
  await expect(page.locator("[data-instead]"), "the page for whoever has no scripts").toBeHidden();
  await drop(page, "notes.jpg", Buffer.from("only words"));
  await expect(page.locator(id("picture-said"))).toContainText("notes.jpg");
  await drop(page, "shelf.jpg", await photo(page, "#264"));
  await expect(page.locator("#field-image_url")).toHaveValue(/^\/media\//);
  await page.fill("#field-image_alt", "Shelves painted blue");
  await page.click(id("save-category"));
  await page.goto(`/products/category/shelves-${mark}`);
  await expect(page.getByAltText("Shelves painted blue")).toBeVisible();
});
