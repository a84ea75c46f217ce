#!/usr/bin/env node
import { load } from './load.js';

const [first, ...rest] = process.argv.slice(2);
if (first === '__complete') await load('complete.js').completeMain(rest, import.meta.url);
else await load('main.js').main(process.argv.slice(2), import.meta.url);
