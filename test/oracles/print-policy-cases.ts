/** Prints the cases for the program in `cyclonus/`, one a line. */
import { policyCases } from './policy-cases.ts';

for (const one of policyCases()) process.stdout.write(`${JSON.stringify(one)}\n`);
