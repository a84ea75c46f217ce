#!/usr/bin/env node
import { load } from './load.js';

await load('complete.js').completeMain(process.argv.slice(2), import.meta.url);
