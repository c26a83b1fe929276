// The folder that mails go to when no mail server is set.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "./shop";

// The text of the newest mail to somebody whose subject matches, once it has arrived.
export async function mailTo(address: string, subject: RegExp): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(() => (found = read().find((mail) => mail.to.includes(address) && subject.test(mail.subject))?.text), {
      message: `a mail to ${address} about ${subject}`,
    })
    .toBeTruthy();
  return found!;
}

// The link in a mail that has this path, without the address of the store.
export function linkIn(text: string, path: string): string {
  const link = text.match(new RegExp(`https?://[^/\\s]+(${path}[^\\s<>")]*)`));
  expect(link, `a link to ${path} in:\n${text}`).not.toBeNull();
  return link![1].replaceAll("&amp;", "&");
}

function read(): { to: string; subject: string; text: string }[] {
  const folder = join(process.env.E2E_DATA ?? "../data", "mailbox");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  return files
    .sort()
    .reverse()
    .map((name) => {
      const raw = readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n");
      const [head] = raw.replace(/\n[ \t]+/g, " ").split("\n\n", 1);
      const header = (field: string) => words(head.match(new RegExp(`^${field}: (.*)$`, "im"))?.[1] ?? "");
      return { to: header("To"), subject: header("Subject"), text: body(raw) };
    });
}

// The first part that is plain text, decoded.
function body(raw: string): string {
  const part = raw.split(/^--.*$/m).find((part) => /content-type: text\/plain/i.test(part)) ?? raw;
  const [head, ...rest] = part.trimStart().split("\n\n");
  const text = rest.join("\n\n");
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(text, "base64").toString("utf8");
  if (!/transfer-encoding: quoted-printable/i.test(head)) return text;
  return unquote(text.replaceAll("=\n", ""));
}

function words(header: string): string {
  return header
    .replace(/=\?utf-8\?b\?([^?]*)\?=\s*/gi, (_, coded) => Buffer.from(coded, "base64").toString("utf8"))
    .replace(/=\?utf-8\?q\?([^?]*)\?=\s*/gi, (_, coded) => unquote(coded.replaceAll("_", " ")));
}

function unquote(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
