// What stands in for Twilio: takes every text whose account proves itself, and says what it took.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const ACCOUNT = `AC${"0a".repeat(16)}`;
export const TOKEN = "the-token-of-the-journeys";

export type Text = { To: string; From: string; Body: string };

const PROOF = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString("base64")}`;

export async function startTwilio(): Promise<{ url: string; stop: () => Promise<void> }> {
  const taken: Text[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const json = (status: number, value: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.url === "/taken") return json(200, taken);
    if (request.headers.authorization !== PROOF) return json(401, { code: 20003, message: "Authenticate" });
    taken.push(Object.fromEntries(new URLSearchParams(body)) as Text);
    return json(201, { sid: `SM${taken.length}` });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

// What was sent to a number so far.
export async function textsTo(number: string): Promise<Text[]> {
  const all: Text[] = await (await fetch(`${process.env.E2E_TWILIO}/taken`)).json();
  return all.filter((text) => text.To === number);
}

// What Twilio signs a form with.
export function signature(url: string, form: Record<string, string>): string {
  const fields = Object.keys(form).sort().map((name) => name + form[name]);
  return createHmac("sha1", TOKEN).update(url + fields.join("")).digest("base64");
}
