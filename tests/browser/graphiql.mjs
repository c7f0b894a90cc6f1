// Uses GraphiQL as a person does: `node graphiql.mjs CHROMIUM URL QUERY [SCREENSHOT]` opens the page, types the
// query, runs it and prints the result. With a file for it, it also runs the query that the page opens with and
// takes a picture.
import { chromium } from "playwright-core";

const [executablePath, url, query, screenshot] = process.argv.slice(2);

// Chromium has no sandbox for root, as which containers run; the page is ours.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 });
  page.setDefaultTimeout(60_000);
  const mistakes = [];
  page.on("pageerror", (error) => mistakes.push(`${error}`));
  page.on("requestfailed", (request) => mistakes.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) {
      mistakes.push(`the page loads ${request.url()} from elsewhere`);
    }
  });
  // GraphiQL writes its own query into the editor once it has the schema, also over what was typed until then.
  const introspected = page.waitForResponse((response) => response.request().postData()?.includes("IntrospectionQuery") === true);
  await page.goto(url);
  await (await introspected).finished();
  await page.waitForFunction(
    () => document.querySelector(".graphiql-query-editor .CodeMirror")?.CodeMirror.getValue().trim() !== "",
  );

  if (screenshot) {
    await run(page);
    // What Chromium draws last is the scroll bars and the documentation's fonts.
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: screenshot });
  }

  await page.locator(".graphiql-query-editor .CodeMirror").click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(query);
  await kept(page, query);
  console.log(await run(page));
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
} finally {
  await browser.close();
}

// Waits until GraphiQL has kept a query that was typed: it looks at the editor with a delay, and until then runs what
// was there before.
async function kept(page, query) {
  await page.waitForFunction((query) => {
    const state = JSON.parse(localStorage.getItem("graphiql:tabState") ?? "null");
    return state?.tabs[state.activeTabIndex].query === query;
  }, query);
}

// Presses the button and gives the text of the result once there is one.
async function run(page) {
  const answered = page.waitForResponse((response) => response.request().postData()?.includes("IntrospectionQuery") === false);
  await page.locator(".graphiql-execute-button").click();
  const response = await (await answered).text();
  const expected = JSON.stringify(JSON.parse(response), null, 2);
  const result = await page.waitForFunction((expected) => {
    const text = document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue();
    return text === expected && text;
  }, expected);
  return result.jsonValue();
}
