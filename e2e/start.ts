// Starts `souk demo` in a folder of its own before the first journey and stops it, database included, after the last.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { startPush } from "./push";
import { startTwilio } from "./twilio";

const READY = /Souk is ready at (http:\/\/\S+)/;
const PATIENCE_MS = 600_000;

export default async function start(): Promise<() => Promise<void>> {
  // E2E_URL and E2E_ADMIN_PASSWORD lead to a store that runs already.
  if (process.env.E2E_URL) return async () => {};
  const folder = mkdtempSync(join(tmpdir(), "souk-e2e-"));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o755);
  const log = resolve("test-results/souk.log");
  mkdirSync("test-results", { recursive: true });
  process.env.E2E_DATA = join(folder, "data");
  process.env.E2E_LOG = log;

  const program = process.env.E2E_SOUK ?? resolve("../target/debug/souk");
  const { DATABASE_URL: _, ...environment } = process.env;
  const listen = `127.0.0.1:${await freePort()}`;
  const twilio = await startTwilio();
  process.env.E2E_TWILIO = twilio.url;
  const push = await startPush();
  process.env.E2E_PUSH = push.url;
  const souk = spawn(program, ["demo", "--listen", listen, "--data", process.env.E2E_DATA], {
    env: {
      ...environment,
      SOUK_REQUEST_TIMEOUT_SECONDS: "300",
      SOUK_TWILIO_URL: twilio.url,
      SOUK_PUSH_SERVICES_HERE: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const file = createWriteStream(log);
  souk.stdout.pipe(file, { end: false });
  souk.stderr.pipe(file, { end: false });
  await ready(souk, log);

  return async () => {
    await stop(souk);
    await twilio.stop();
    await push.stop();
    file.end();
    rmSync(folder, { recursive: true, force: true });
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

// Resolves when the ready line and the line with the admin's password below it were printed.
function ready(souk: ChildProcess, log: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`Souk was not ready within ${PATIENCE_MS} ms`), PATIENCE_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      souk.kill("SIGINT");
      reject(new Error(`${why}; see ${log}`));
    };
    souk.once("error", (error) => fail(error.message));
    souk.once("exit", (code) => fail(`Souk ended with ${code}`));
    createInterface({ input: souk.stdout! }).on("line", (line) => {
      const url = line.match(READY)?.[1];
      if (url) process.env.E2E_URL = url;
      const password = line.match(/admin@example\.com \/ (\S+)/)?.[1];
      if (password) process.env.E2E_ADMIN_PASSWORD = password;
      if (process.env.E2E_URL && process.env.E2E_ADMIN_PASSWORD) {
        clearTimeout(timer);
        souk.removeAllListeners("exit");
        resolve();
      }
    });
  });
}

function stop(souk: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    souk.once("exit", () => resolve());
    if (!souk.kill("SIGINT")) resolve();
  });
}
