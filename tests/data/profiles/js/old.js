// Writes a CPU profile in the form that V8 had before 2016 (a nested tree and timestamps), and one in today's form of the same run.
'use strict';
const fs = require('fs');
const profiler = require('v8-profiler-next');

profiler.setSamplingInterval(1000);
profiler.startProfiling('old', true);
process.argv[2] = '60';
require('./program.js');
setTimeout(() => {
  const profile = profiler.stopProfiling('old');
  profile.export((error, text) => {
    if (error) throw error;
    fs.writeFileSync('old.cpuprofile', text);
    profile.delete();
  });
}, 200);
