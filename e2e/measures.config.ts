// What is measured and drawn by hand, on a machine that does nothing else: `make lighthouse`, `make screenshots`.
import { defineConfig } from "@playwright/test";
import journeys from "./playwright.config";

export default defineConfig(journeys, { testDir: "measures", workers: 1, timeout: 0, use: { screenshot: "off", trace: "off" } });
