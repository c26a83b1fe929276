// A provider of OpenID Connect for one journey: a page where somebody agrees, and tokens signed with RS256.
import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Provider = { issuer: string; stop: () => Promise<void> };

type Question = { client_id: string; redirect_uri: string; state: string; nonce: string; code_challenge: string };

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}

// Everybody who agrees is the person with this address.
export async function startProvider(email: string): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const asked = new Map<string, Question>();
  let issuer = "";

  const token = (question: Question) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: question.client_id,
      sub: `sub-of-${email}`,
      iat: now,
      exp: now + 300,
      nonce: question.nonce,
      email,
      email_verified: true,
      given_name: "Ada",
      family_name: "Lovelace",
    };
    const signed = `${encode({ alg: "RS256", kid: "one" })}.${encode(claims)}`;
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, issuer);
    const json = (status: number, value: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
        });
      case "/keys":
        return json(200, { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" }] });
      case "/authorize": {
        const question = Object.fromEntries(url.searchParams) as unknown as Question;
        const code = `code-${asked.size}`;
        asked.set(code, question);
        const back = new URL(question.redirect_uri);
        const answer = (fields: Record<string, string>) =>
          `${back}?${new URLSearchParams({ ...fields, state: question.state })}`.replaceAll("&", "&amp;");
        return response
          .writeHead(200, { "content-type": "text/html" })
          .end(
            `<!doctype html><title>Provider</title><h1>Are you ${email}?</h1>` +
              `<a id="agree" href="${answer({ code })}">Yes</a> <a id="deny" href="${answer({ error: "access_denied" })}">No</a>`,
          );
      }
      case "/token": {
        const form = await formOf(request);
        const question = asked.get(form.get("code") ?? "");
        asked.delete(form.get("code") ?? "");
        const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
        if (!question || challenge !== question.code_challenge) return json(400, { error: "invalid_grant" });
        return json(200, { access_token: "nothing", token_type: "Bearer", id_token: token(question) });
      }
      default:
        return json(404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      // Browsers keep connections open that they may want later, and closing waits for them.
      server.closeAllConnections();
    });
  return { issuer, stop };
}
