/** Label selectors as people type them: `app=web,tier in (a,b),!canary` (k8s.io/apimachinery labels.Parse). */
import type { Requirement } from './label-selector.ts';

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?';
const KEY = `(?:${NAME}/)?${NAME}`;
const PAIR = new RegExp(`^(?<key>${KEY})\\s*(?<sign>==|=|!=)\\s*(?<value>(?:${NAME})?)$`);
const SET = new RegExp(`^(?<key>${KEY})\\s+(?<sign>in|notin)\\s*\\((?<values>[^()]*)\\)$`);
const PRESENCE = new RegExp(`^(?<not>!?)\\s*(?<key>${KEY})$`);

/** The parts between commas that stand outside of parentheses. */
function partsOf(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function requirementOf(part: string): Requirement | null {
  const pair = PAIR.exec(part)?.groups;
  if (pair !== undefined)
    return { key: pair.key ?? '', operator: pair.sign === '!=' ? 'NotIn' : 'In', values: [pair.value ?? ''] };
  const set = SET.exec(part)?.groups;
  if (set !== undefined) {
    const values = (set.values ?? '').split(',').map((value) => value.trim());
    return { key: set.key ?? '', operator: set.sign === 'in' ? 'In' : 'NotIn', values };
  }
  const presence = PRESENCE.exec(part)?.groups;
  if (presence === undefined) return null;
  return { key: presence.key ?? '', operator: presence.not === '' ? 'Exists' : 'DoesNotExist', values: [] };
}

/** The requirements, all of which must hold; the first part that is none where the text is no selector. */
export function parseLabelQuery(text: string): readonly Requirement[] | { wrong: string } {
  const requirements: Requirement[] = [];
  for (const part of partsOf(text)) {
    const requirement = requirementOf(part);
    if (requirement === null) return { wrong: part };
    requirements.push(requirement);
  }
  return requirements;
}
