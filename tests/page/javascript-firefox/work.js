// Opens the page in Firefox, looks at the week, drags, moves by keys, and edits a cell. Prints what came of it, as JSON.
import puppeteer from "puppeteer-core";

const [link, week, firefox, key] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true, defaultViewport: null, args: ["--width=1366", "--height=868"] });
const complaints = [];
const told = {};
try {
  const tab = await browser.newPage();
  tab.on("console", (message) => complaints.push(message.text()));
  tab.on("pageerror", (error) => complaints.push(String(error)));
  // Not waitForFunction: it evaluates text, which the page's policy forbids.
  const until = async (selector, isSo) => {
    for (let turn = 0; turn < 200; turn += 1) {
      const text = await tab.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? "", selector);
      if (isSo(text)) return text;
      await new Promise((then) => { setTimeout(then, 75); });
    }
    throw new Error(`${selector} never was as it should be`);
  };
  await tab.goto(link);
  await tab.waitForSelector("#week");
  await tab.evaluate((monday) => import("/static/main.js").then(({ app }) => app.setWeek(monday)), week);
  const block = `.wk-block[data-session="${key}"]`;
  const box = await (await tab.waitForSelector(block)).boundingBox();
  told.blocks = (await tab.$$(".wk-block")).length;
  const [x, y] = [box.x + box.width / 2, box.y + 8];
  await tab.mouse.move(x, y);
  await tab.mouse.down();
  await tab.mouse.move(x, y + 6);
  await tab.mouse.move(x, y + box.height * 2, { steps: 4 });
  await tab.waitForSelector(".wk-ghost");
  await tab.mouse.up();
  told.dragged = await until("#status", (text) => text.includes("is now"));
  await tab.$eval("#undo", (button) => button.click());
  await until("#draft", (text) => text.startsWith("No changes"));
  await tab.focus(block);
  await tab.keyboard.press("m");
  await tab.keyboard.press("ArrowDown");
  await tab.keyboard.press("Enter");
  await until("#draft", (text) => text.includes("1 change"));
  told.moved = true;
  await tab.evaluate(() => { location.hash = "#/input"; });
  await tab.waitForSelector(".cells td");
  told.cell = await tab.$eval('.cells td[data-at="0"][data-col="0"]', (cell) => cell.textContent);
  await tab.click('.cells td[data-at="0"][data-col="0"]');
  await tab.keyboard.press("F2");
  await tab.keyboard.type("X");
  await tab.keyboard.press("Enter");
  told.cell = await until('.cells td[data-at="0"][data-col="0"]', (text) => text !== "" && text !== told.cell);
  await tab.waitForSelector(".sheet:not([aria-busy])");
} finally {
  console.log(JSON.stringify({ ...told, complaints }));
  await browser.close();
}
