/** The web interface as people meet it: the executable, and a browser. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import {
  keepScreenshot,
  openBrowser,
  openPage,
  overflow,
  withoutBrowser as skip,
} from "./support/browser.ts";
import { LOGIN, ShopDaemon } from "./support/shop_daemon.ts";
import { tempFolder } from "./support/temp_folder.ts";

const folder = tempFolder();
let browser: Browser;
let daemon: ShopDaemon;

before(async () => {
  if (skip) return;
  daemon = await ShopDaemon.in(folder);
  await daemon.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await daemon?.stop();
});

function row(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

function button(page: Page, name: string): Locator {
  return page.getByRole("button", { name, exact: true });
}

async function isIn(page: Page, name: string, state: string): Promise<void> {
  await row(page, name).locator(".status", { hasText: state }).waitFor();
}

async function says(page: Page, text: string): Promise<void> {
  await page.locator(".status_msg", { hasText: text }).waitFor();
}

test("a program is started, restarted and stopped without leaving the page", { skip }, async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(daemon.home);
  await isIn(page, "cron", "stopped");
  await button(page, "Start cron").click();
  await says(page, "Process cron started");
  await isIn(page, "cron", "running");
  const pid = /pid \d+/.exec(await row(page, "cron").innerText())![0];
  await button(page, "Restart cron").click();
  await says(page, "Process cron restarted");
  await row(page, "cron").locator(".description", { hasNotText: pid }).getByText("pid").waitFor();
  await button(page, "Stop cron").click();
  await says(page, "Process cron stopped");
  await isIn(page, "cron", "stopped");
  assert.equal(page.url(), daemon.home);
  assert.deepEqual(complaints, []);
});

test("a page shows what is done on another", { skip }, async () => {
  const [one, other] = await Promise.all([openPage(browser), openPage(browser)]);
  await Promise.all([one.page.goto(daemon.home), other.page.goto(daemon.home)]);
  await button(one.page, "Stop Group worker").click();
  await isIn(other.page, "worker:worker_01", "stopped");
  await button(one.page, "Start Group worker").click();
  await isIn(other.page, "worker:worker_01", "running");
});

test("the reason of a FATAL is at the top, and uptimes go on", { skip }, async () => {
  const { page } = await openPage(browser);
  await page.goto(daemon.home);
  const troubles = page.getByRole("region", { name: "could not be started" });
  await troubles.getByText("no-such-program").waitFor();
  await isIn(page, "missing", "fatal");
  const uptime = row(page, "web").locator("time");
  const shown = (await uptime.textContent())!;
  await uptime.and(page.locator("time", { hasNotText: shown })).waitFor();
  await keepScreenshot(page, "status");
});

test("the keyboard works, and stays in the row of a button that goes", { skip }, async () => {
  const { page } = await openPage(browser);
  await page.goto(daemon.home);
  await button(page, "Stop web").focus();
  await page.keyboard.press("Enter");
  await says(page, "Process web stopped");
  await isIn(page, "web", "stopped");
  assert.equal(await page.evaluate("document.activeElement.textContent"), "web");
  await button(page, "Start web").focus();
  await page.keyboard.press("Enter");
  await isIn(page, "web", "running");
});

test("without scripts the buttons work and say what they did", { skip }, async () => {
  const { page } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(daemon.home);
  await button(page, "Start cron").click();
  await says(page, "Process cron started");
  assert.equal(page.url(), `${daemon.home}?message=Process%20cron%20started`);
  await button(page, "Stop cron").click();
  await says(page, "Process cron stopped");
  await keepScreenshot(page, "status-without-scripts");
  await button(page, "Start missing").click();
  await says(page, "ERROR: Process missing: no such file");
});

test("a log is followed, paused and gone on with", { skip }, async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(daemon.home);
  const [tail] = await Promise.all([
    page.waitForEvent("popup"),
    row(page, "web").getByText("Tail -f Stdout").click(),
  ]);
  const log = tail.locator("#log");
  await log.getByText("listening on :8080").waitFor();
  await tail.getByText("Pause").click();
  await button(page, "Restart web").click();
  await says(page, "Process web restarted");
  const before = (await log.textContent())!;
  await tail.getByText("Resume").click();
  await tail.waitForFunction(
    `document.getElementById("log").textContent.length > ${before.length}`,
  );
  assert.ok((await log.textContent())!.startsWith(before));
  await keepScreenshot(tail, "tail");
  assert.deepEqual(complaints, []);
});

test("what comes from outside is text, never markup", { skip }, async () => {
  const { page, complaints } = await openPage(browser);
  const evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  await page.goto(`${daemon.home}?message=${encodeURIComponent(evil)}`);
  await says(page, evil);
  await page.goto(`${daemon.home}tail.html?processname=${encodeURIComponent(evil)}`);
  await page.locator("#log").getByText("BAD_NAME: <img").waitFor();
  assert.deepEqual(complaints, []);
});

test("a server with a password shows nothing without it", { skip }, async () => {
  const url = daemon.guarded;
  const stranger = await openPage(browser);
  for (const path of ["", "events", "ok.html", "tail.html?processname=web", "static/live.js"]) {
    const refusal = await stranger.page.request.get(url + path);
    assert.equal(refusal.status(), 401, path);
  }
  const { page } = await openPage(browser, { httpCredentials: LOGIN });
  await page.goto(url);
  await button(page, "Start cron").click();
  await isIn(page, "cron", "running");
  await button(page, "Stop cron").click();
  await isIn(page, "cron", "stopped");
});

test(
  "a daemon that goes away is missed, and when it is back the page goes on",
  { skip },
  async () => {
    const { page } = await openPage(browser);
    await page.goto(daemon.home);
    const away = page.getByText("The daemon is away");
    assert.equal(await away.isVisible(), false);
    await daemon.stop();
    await away.waitFor();
    await keepScreenshot(page, "away");
    await daemon.start();
    await away.waitFor({ state: "hidden" });
    await button(page, "Start cron").click();
    await says(page, "Process cron started");
    await button(page, "Stop cron").click();
    await isIn(page, "cron", "stopped");
  },
);

for (const width of [360, 768, 1024]) {
  test(`nothing sticks out of a window of ${width} pixels`, { skip }, async () => {
    const { page } = await openPage(browser, { viewport: { width, height: 740 } });
    await page.goto(`${daemon.home}?message=${"a".repeat(300)}`);
    assert.equal(await overflow(page), 0);
    await page.goto(daemon.home);
    await keepScreenshot(page, `status-${width}`);
    await page.goto(`${daemon.home}tail.html?processname=web`);
    assert.equal(await overflow(page), 0);
    await keepScreenshot(page, `tail-${width}`);
  });
}

test("a dark scheme is heeded", { skip }, async () => {
  const { page } = await openPage(browser, { colorScheme: "dark" });
  await page.goto(daemon.home);
  const background = "getComputedStyle(document.body).backgroundColor";
  assert.equal(await page.evaluate(background), "rgb(15, 19, 26)");
  await keepScreenshot(page, "status-dark");
});
