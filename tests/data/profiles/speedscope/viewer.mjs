// Runs the viewer of the npm package speedscope without a browser.
//
//   node viewer.mjs BUNDLE top IN      each profile of IN and, of each of its frames, what the viewer shows: own and total weight
//   node viewer.mjs BUNDLE callers IN  of the first profile of IN: own and total weight of each frame whose name no other has, and of the largest of them
//                                      the inverted graph of their callers, six calls deep, as folded stacks with the weights of all nodes
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
} else if (what === "callers") {
    const profile = group.profiles[group.indexToView ?? 0];
    const frames = [], names = new Map();
    profile.forEachFrame((frame) => { frames.push(frame); names.set(frame.name, (names.get(frame.name) ?? 0) + 1); });
    const alone = frames.filter((frame) => names.get(frame.name) === 1);
    alone.sort((a, b) => b.getSelfWeight() - a.getSelfWeight() || (a.name < b.name ? -1 : 1));
    console.log(`profile\t${profile.getName()}`);
    alone.forEach((frame) => console.log(`frame\t${frame.getSelfWeight()}\t${frame.getTotalWeight()}\t${frame.name}`));
    const walk = (node, path, sums) => node.children.forEach((child) => {
        const below = [...path, child.frame.name];
        if (below.length > 6) return;
        sums.set(below.join(";"), (sums.get(below.join(";")) ?? 0) + child.getTotalWeight());
        walk(child, below, sums);
    });
    for (const frame of alone.slice(0, 8)) {
        const sums = new Map();
        walk(profile.getInvertedProfileForCallersOf(frame).getGroupedCalltreeRoot(), [], sums);
        [...sums].sort().forEach(([path, weight]) => console.log(`callers\t${weight}\t${path}`));
    }
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
