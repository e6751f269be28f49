// Records a DevTools performance trace of program.js in a page, as the Performance panel does, through the remote debugging protocol.
// usage: chrome.js BROWSER OUT.json
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const remote = require('chrome-remote-interface');

const [browser, out] = process.argv.slice(2);
const categories = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'disabled-by-default-v8.cpu_profiler',
  'blink.user_timing',
  'latencyInfo',
  'loading',
  'v8.execute',
];
const page = `
  const process = { argv: ['', '', '8'] };
  performance.mark('begin');
  ${fs.readFileSync('program.js', 'utf8')}
  performance.measure('all', 'begin');
  //# sourceURL=http://page/program.js`;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function main() {
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=9417', '--user-data-dir=profile', 'about:blank'];
  const child = spawn(browser, args, { stdio: 'ignore' });
  try {
    let client;
    for (let n = 0; !client; n++) {
      await wait(300);
      client = await remote({ port: 9417 }).catch((error) => n > 60 && Promise.reject(error));
    }
    const events = [];
    client.Tracing.dataCollected(({ value }) => events.push(...value));
    const complete = new Promise((done) => client.Tracing.tracingComplete(done));
    await client.Page.enable();
    await wait(500);
    await client.Tracing.start({ traceConfig: { includedCategories: categories, excludedCategories: ['*'] }, transferMode: 'ReportEvents' });
    await client.Runtime.evaluate({ expression: page });
    await wait(80);
    await client.Tracing.end();
    await complete;
    fs.writeFileSync(out, JSON.stringify({ traceEvents: events, metadata: { source: 'DevTools' } }));
    await client.close();
  } finally {
    child.kill();
  }
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
