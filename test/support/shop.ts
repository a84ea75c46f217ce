/** The two worlds that most tests of the program play in, and how all rules are asked. */
import type { JudgeOptions } from '../../src/engine/judge-options.ts';
import type { Scenario } from './scenario.ts';

/** The healthy cluster of fixtures/baseline. */
export const WELL: Scenario = { title: 'well', kind: 'silent', expect: {} };

/** The same with a selector that no Pod carries. */
export const ILL: Scenario = {
  title: 'ill',
  kind: 'firing',
  change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } },
  expect: {},
};

/** All rules that are on, and nothing said of how to weigh them. */
export const ALL_RULES: JudgeOptions = {
  failOn: 'high',
  allowUnknown: false,
  symptom: null,
  only: [],
  skip: [],
  severity: null,
};
