// Finds every kind of page by following links, so that a page that is new is looked at without anybody adding it to a list.
import type { APIRequestContext, Page } from "@playwright/test";
import { putInCart, signIn, toCheckout } from "./shop";

export type Found = { kind: string; path: string; html: string };

// Reads one page of each kind that links lead to from `starts`, within the parts of the store that `within` accepts.
export async function everyPage(request: APIRequestContext, starts: string[], within: (path: string) => boolean): Promise<Found[]> {
  const seen = new Set(starts.map(kindOf));
  const queue = [...starts];
  const found: Found[] = [];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const answer = await request.get(path);
    if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
    const html = await answer.text();
    found.push({ kind: kindOf(path), path, html });
    for (const [, href] of html.matchAll(/<a\s[^>]*?href="([^"#]+)"/g)) {
      const link = href.replaceAll("&amp;", "&");
      if (link.startsWith("/") && within(link) && isNew(seen, link)) queue.push(link);
    }
  }
  return found;
}

function isNew(seen: Set<string>, path: string): boolean {
  const kind = kindOf(path);
  if (seen.has(kind)) return false;
  seen.add(kind);
  return true;
}

// Pages of one kind differ only in the thing that they show.
export function kindOf(path: string): string {
  return new URL(path, "http://store").pathname
    .replace(/\/[a-z]{3}_[0-9a-z]+/g, "/{id}")
    .replace(/^\/(products\/category|collections|pages|products|reviews\/write)\/[^/]+$/, "/$1/{slug}")
    .replace(/^(\/admin\/settings\/mails)\/[^/]+\/[^/]+/, "$1/{kind}/{locale}")
    .replace(/^(\/admin\/settings\/taxes\/codes)\/[^/]+\//, "$1/{code}/");
}

type Visitor = { name: string; enter: (page: Page) => Promise<unknown>; starts: string[]; within: (path: string) => boolean };

// Who sees different pages, and where their pages begin.
export const GUEST: Visitor = {
  name: "a guest",
  enter: (page) => putInCart(page, "sample-product"),
  starts: [
    ...["/", "/products/sample-product", "/cart", "/checkout?guest=1", "/login", "/register", "/account/forgot"],
    ...["/offline", "/search?q=lamp", "/search?q=zzzzzz", "/locations", "/nowhere", "/api/docs", "/_styleguide"],
  ],
  within: (path) => !/^\/(account|admin)/.test(path),
};
export const CUSTOMER: Visitor = {
  name: "a customer",
  enter: (page) => signIn(page),
  starts: ["/account/profile"],
  within: (path) => /^\/(account|orders|reviews)\b/.test(path),
};
// The mails that the desk shows are written for programs that read mail, not for browsers.
export const MERCHANT: Visitor = {
  name: "a merchant",
  enter: (page) => signIn(page, "admin@example.com", process.env.E2E_ADMIN_PASSWORD!),
  starts: ["/admin", "/admin/settings"],
  within: (path) => path.startsWith("/admin") && !path.endsWith("/html"),
};

// The pages that a purchase leads through, with what has to be there before: a cart with something in it.
export async function mainPage(page: Page, name: "home" | "list" | "product" | "cart" | "checkout"): Promise<string> {
  if (name === "cart" || name === "checkout") await putInCart(page, "sample-product");
  if (name === "checkout") await toCheckout(page);
  const paths = { home: "/", list: "/products", product: "/products/sample-product", cart: "/cart", checkout: page.url() };
  return paths[name];
}
