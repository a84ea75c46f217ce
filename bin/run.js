#!/usr/bin/env node
const { load, root } = require('./load.js');

const words = process.argv.slice(2);
if (words[0] === '__complete') load('complete.js').completeMain(words.slice(1), root);
else load('main.js').main(words, root);
