// Runs the viewer of the npm package speedscope without a browser.
//
//   node viewer.mjs BUNDLE top IN      each profile of IN and, of each of its frames, what the viewer shows: own and total weight
//   node viewer.mjs BUNDLE export IN   IN (anything that the viewer opens) as the viewer itself saves it
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { runInNewContext } from "node:vm";

const [bundle, what, path] = process.argv.slice(2);
const source = readFileSync(bundle, "utf8");
const found = (pattern) => pattern.exec(source)?.[1] ?? (() => { throw new Error(`another build of speedscope: no ${pattern}`); })();
// Names are short in the release; the functions are found by what stands in them.
const open = found(/async function (\w+)\(\w+,\w+\)\{return\(await \w+\)\.importProfileGroupFromText\(/);
const save = found(/function (\w+)\(\w+\)\{let \w+=\[\],\w+=new Map;function \w+\(\w+\)\{let \w+=\w+\.get\(\w+\);if\(\w+==null\)\{let \w+=\{name:/);
const start = /console\.log\(`speedscope v/.exec(source).index;
const page = new Proxy(function () {}, { get: (_, name) => (name === Symbol.toPrimitive ? () => "" : page), set: () => true, apply: () => page, construct: () => page });
const scope = { window: page, self: page, document: page, navigator: { userAgent: "" }, location: { hash: "", protocol: "http:" }, history: page,
    console: { log() {}, warn() {}, error() {} }, TextDecoder, TextEncoder, URL, Blob, atob, btoa, setTimeout, requestAnimationFrame() {}, performance,
    localStorage: { getItem: () => null, setItem() {} }, hooks: {} };
runInNewContext(`${source.slice(0, start)}hooks.open=${open};hooks.save=${save};})();`, scope);
const group = await scope.hooks.open(basename(path), readFileSync(path, "utf8"));
if (what === "export") {
    const file = scope.hooks.save(group);
    console.log(JSON.stringify(file));
} else {
    for (const profile of group.profiles) {
        console.log(`profile\t${profile.getName()}\t${profile.getWeightUnit()}\t${profile.getTotalWeight()}\t${profile.getTotalNonIdleWeight()}`);
        const frames = [];
        profile.forEachFrame((frame) => frames.push(frame));
        for (const frame of frames) {
            const place = `${frame.file ?? ""}\t${frame.line ?? ""}\t${frame.col ?? ""}`;
            console.log(`frame\t${frame.getSelfWeight()}\t${frame.getTotalWeight()}\t${frame.name}\t${place}`);
        }
    }
}
