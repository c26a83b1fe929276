// What stands in for a browser's push service, and for the browser's part of a push: takes every push, and reads it with the key
// that the browser of the journey has (RFC 8291).
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Taken = { path: string; headers: Record<string, string>; body: string };

export type Keys = { publicKey: string; privateKey: string; auth: string };

export async function startPush(): Promise<{ url: string; stop: () => Promise<void> }> {
  const taken: Taken[] = [];
  const ended = new Set<string>();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const path = request.url!;
    if (path === "/taken") return response.end(JSON.stringify(taken));
    if (path.startsWith("/end/")) {
      ended.add(path.replace("/end/", "/push/"));
      return response.writeHead(204).end();
    }
    if (ended.has(path)) return response.writeHead(410).end();
    const headers = request.headers as Record<string, string>;
    taken.push({ path, headers, body: Buffer.concat(pieces).toString("base64url") });
    return response.writeHead(201).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

// What was pushed to a browser so far.
export async function pushesTo(name: string): Promise<Taken[]> {
  const all: Taken[] = await (await fetch(`${process.env.E2E_PUSH}/taken`)).json();
  return all.filter((push) => push.path === `/push/${name}`);
}

// The browser takes no pushes any more.
export async function endPushesTo(name: string): Promise<void> {
  await fetch(`${process.env.E2E_PUSH}/end/${name}`, { method: "POST" });
}

export function newKeys(): Keys {
  const pair = createECDH("prime256v1");
  const publicKey = pair.generateKeys("base64url");
  return { publicKey, privateKey: pair.getPrivateKey("base64url"), auth: randomBytes(16).toString("base64url") };
}

// What a push says, for the browser with these keys.
export function read(push: Taken, keys: Keys): { title: string; body: string; tag: string; path: string } {
  const bytes = Buffer.from(push.body, "base64url");
  const salt = bytes.subarray(0, 16);
  const sender = bytes.subarray(21, 21 + bytes[20]);
  const content = bytes.subarray(21 + bytes[20]);
  const own = createECDH("prime256v1");
  own.setPrivateKey(keys.privateKey, "base64url");
  const derive = (secret: Buffer, salt: Buffer, info: Buffer, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, salt, info, length));
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), Buffer.from(keys.publicKey, "base64url"), sender]);
  const input = derive(own.computeSecret(sender), Buffer.from(keys.auth, "base64url"), info, 32);
  const key = derive(input, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = derive(input, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
  const cipher = createDecipheriv("aes-128-gcm", key, nonce);
  cipher.setAuthTag(content.subarray(-16));
  const plain = Buffer.concat([cipher.update(content.subarray(0, -16)), cipher.final()]);
  return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
}
