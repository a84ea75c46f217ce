/** Generated pages beside the files that are there: writes what differs, or says it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The README with the part of that name between its markers, or null where it has none. */
function withPart(readme, name, part) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  return from < 0 || to < from ? null : `${readme.slice(0, from)}${start}\n${part}\n${readme.slice(to)}`;
}

/** The README of `root` with its parts as they should be, and which parts have no place in it. */
function readmeOf(root, parts) {
  const path = join(root, 'README.md');
  let readme = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const unmarked = [...parts.keys()].filter((name) => withPart(readme, name, '') === null);
  for (const [name, part] of parts) readme = withPart(readme, name, part) ?? readme;
  return { readme, unmarked };
}

function isOther(path, page) {
  return !existsSync(path) || readFileSync(path, 'utf8') !== page;
}

/** Writes pages and parts below `root`, or with `check` only says which differ. Answers what to print, and the exit code. */
export function writeDocumentation({ pages, parts }, root, check) {
  const { readme, unmarked } = readmeOf(root, parts);
  const wanted = new Map([...pages, ...(readme === '' ? [] : [['README.md', readme]])]);
  const folder = join(root, 'docs/rules');
  const lost = (existsSync(folder) ? readdirSync(folder) : []).filter(
    (name) => !wanted.has(`docs/rules/${name}`) && !/^Retired/m.test(readFileSync(join(folder, name), 'utf8')),
  );
  const drifted = [...wanted].filter(([file, page]) => isOther(join(root, file), page));
  const complaints = unmarked.map(
    (name) => `README.md has no markers <!-- ${name} --> and <!-- /${name} -->: that part is left out\n`,
  );
  if (!check) {
    mkdirSync(folder, { recursive: true });
    for (const [file, page] of drifted) writeFileSync(join(root, file), page);
    return { code: 0, stdout: `${drifted.length} of ${wanted.size} files written\n`, stderr: complaints.join('') };
  }
  complaints.push(
    ...drifted.map(([file]) => `${file} is not what the rules say now\n`),
    ...lost.map(
      (name) => `docs/rules/${name} is of no rule: ids are never used again, so say "Retired" and why in it\n`,
    ),
    ...(drifted.length > 0 ? ['run: npm run docs\n'] : []),
  );
  return { code: complaints.length > 0 ? 1 : 0, stdout: '', stderr: complaints.join('') };
}
