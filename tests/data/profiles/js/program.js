// Some work that a profiler can see: recursion, garbage, a built-in, a pause.
'use strict';

function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function words(count) {
  const list = [];
  for (let i = 0; i < count; i++) list.push({ word: 'w' + ((i * 7919) % 1009), at: i });
  return list;
}

function sorted(list) {
  return list.slice().sort((a, b) => (a.word < b.word ? -1 : a.word > b.word ? 1 : a.at - b.at));
}

function round(n) {
  const list = sorted(words(4000));
  JSON.parse(JSON.stringify(list));
  return list.length + fib(20 + (n % 3));
}

const kept = [];

function main(rounds) {
  let sum = 0;
  for (let n = 0; n < rounds; n++) {
    sum += round(n);
    kept.push(new Array(1000).fill(n));
  }
  return sum;
}

main(Number(process.argv[2] || 12));
setTimeout(() => main(4), 40);
