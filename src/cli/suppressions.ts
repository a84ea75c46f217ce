/** All that tells findings to be left alone in one run, and what is odd about it. */
import type { Suppressor } from '../engine/suppress.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import type { KubeObject } from '../facts/wire.ts';
import { IGNORE, readIgnore } from '../model/ignore-annotation.ts';
import type { Rule } from '../rules/rule.ts';
import { UsageError } from './failure.ts';
import { findRule } from './rule-argument.ts';

/** Why a word names no rule, with the nearest that does; null where it names one. */
function unknownRule(word: string, rules: readonly Rule[]): string | null {
  try {
    findRule(word, rules);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** The suppressor of a configuration file, with warnings about unknown rules and entries past their day. */
export async function fromConfig(
  path: string,
  rules: readonly Rule[],
  now: Date,
): Promise<{ suppressor: Suppressor; warnings: readonly string[] }> {
  const { fileSuppressor, isExpired, readConfig } = await import('./suppression-file.ts');
  const entries = await readConfig(path);
  const unknown = entries.flatMap(({ rules: words }) =>
    words.flatMap(({ word, at }) => {
      const why = unknownRule(word, rules);
      return why === null ? [] : [`${at}: ${why}`];
    }),
  );
  const expired = entries
    .filter((entry) => isExpired(entry, now))
    .map(({ at, expires, rules: words }) => {
      const names = words.map(({ word }) => word).join(', ');
      return `${at}: the entry for ${names} expired on ${expires}: it suppresses nothing any more`;
    });
  return { suppressor: fileSuppressor(entries, now), warnings: [...unknown, ...expired] };
}

function objectsOf({ answers }: Snapshot): readonly KubeObject[] {
  const items = Object.values(answers).flatMap((answer) => {
    if (!answer.known) return [];
    if ('items' in answer) return answer.items;
    return 'object' in answer && answer.object !== null ? [answer.object] : [];
  });
  return items.filter(({ metadata }) => metadata?.annotations?.[IGNORE] !== undefined);
}

/** What is wrong with annotations that should suppress a finding and cannot: no such rule, or no reason. */
export function annotationWarnings(snapshot: Snapshot, rules: readonly Rule[]): readonly string[] {
  const warnings = objectsOf(snapshot).flatMap(({ kind, metadata }) => {
    const where = `${kind} ${[metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/')}`;
    return readIgnore(metadata?.annotations?.[IGNORE]).flatMap(({ rule, reason }) => {
      const why = unknownRule(rule, rules);
      if (why !== null) return [`${where}: annotation ${IGNORE}: ${why}`];
      return reason === '' ? [`${where}: annotation ${IGNORE} gives no reason: write "${rule}: why it is meant"`] : [];
    });
  });
  return [...new Set(warnings)];
}
