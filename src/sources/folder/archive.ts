/** A collection in one file: .tar, .tar.gz or .tgz, read in memory, so that nothing is written anywhere. */
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ParsedTarFileItem, parseTar } from 'nanotar';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { type Files, MAX_BYTES } from './files.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);

function unpacked(file: string): Buffer {
  const packed = readFileSync(file);
  return packed.subarray(0, 2).equals(GZIP) ? gunzipSync(packed, { maxOutputLength: MAX_BYTES }) : packed;
}

/** The folder in which everything lies, with its `/`; empty where there is none. */
function commonFolder(paths: readonly string[]): string {
  const first = `${paths[0]?.split('/')[0]}/`;
  return paths.every((path) => path.startsWith(first)) ? first : '';
}

/** The regular files in the archive; links and the like are left out. A SnapshotError where it is none, or too large. */
export function openArchive(file: string): Files {
  let entries: { name: string; entry: ParsedTarFileItem }[];
  try {
    if (statSync(file).size > MAX_BYTES) throw new Error('it is larger than 512 MB');
    const bytes = Uint8Array.from(unpacked(file));
    entries = parseTar(bytes)
      .filter(({ type }) => type === 'file')
      .map((entry) => ({ name: entry.name.replace(/^\.\//, ''), entry }));
    if (entries.length === 0) throw new Error('it holds no files');
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new SnapshotError(
      `${file} is not an archive that can be read: ${why}`,
      'Collect it again, or unpack it and name the folder.',
    );
  }
  const prefix = commonFolder(entries.map(({ name }) => name));
  const byPath = new Map(entries.map(({ name, entry }) => [name.slice(prefix.length), entry]));
  return {
    root: file,
    paths: [...byPath.keys()].sort(),
    writtenAt: Math.max(0, ...entries.map(({ entry }) => Number(entry.attrs?.mtime ?? 0) * 1000)),
    read: (path) => {
      const text = byPath.get(path)?.text;
      if (text === undefined) throw new SnapshotError(`${file} holds no ${path}`, 'Collect it again.');
      return text;
    },
  };
}
