#!/usr/bin/env node
const { load, root } = require('./load.js');

load('complete.js').completeMain(process.argv.slice(2), root);
