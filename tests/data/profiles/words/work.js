// Allocates so much that the collector is busy, on one thread.
function build(n) {
  const list = [];
  for (let i = 0; i < n; i++) list.push({ id: i, text: 'x' + i, parts: [i, i + 1, i + 2] });
  return list;
}
let kept = [];
const end = Date.now() + 700;
while (Date.now() < end) {
  kept.push(build(3000));
  if (kept.length > 60) kept = [];
}
