/** Takes secrets out of text before it is shown or saved. */

const MASK = '***';

/** What to find in text that holds an "@", and what stays of it. */
const WITH_USER: readonly (readonly [RegExp, string])[] = [
  // User info up to the last "@", so that a password with "@" or "/" in it goes too; `http://web:8080/a@b` has none.
  [/:\/\/(?:[^\s"'<>/:]{0,256}:(?!\d{1,5}[/?#])[^\s"'<>]*@|[^\s"'<>/]*@)/g, `://${MASK}@`],
  // Go's MySQL DSN: user:password@tcp(host:port).
  [/[^\s"'=:/]{1,128}:[^\s"']{0,256}@(?=(?:tcp|unix|udp)\()/g, `${MASK}@`],
];

/** The same for any text. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic|negotiate)\s+(?!\*\*\*)[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{10,})/g, MASK],
  [
    /((?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|authorization|cookie|credentials?)["']?\s{0,4}[=:]\s{0,4})("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"',;&)}\]]+)/gi,
    `$1${MASK}`,
  ],
  [/(--?(?:password|passwd|token|secret|api-key)\s{1,4})(?!-)[^\s"']+/gi, `$1${MASK}`],
];

function pass(text: string): string {
  const all = text.includes('@') ? [...WITH_USER, ...SECRETS] : SECRETS;
  return all.reduce((clean, [secret, kept]) => clean.replace(secret, kept), text);
}

const MAX_PASSES = 8;

/**
 * The text without URL credentials, bearer tokens and the values of password=, secret=, token= and their like.
 * A mask may lay bare what stood in its shadow, so it is done again until nothing changes: redacting twice is redacting once.
 */
export function redactLine(text: string): string {
  let clean = text;
  for (let i = 0; i < MAX_PASSES; i += 1) {
    const next = pass(clean);
    if (next === clean) break;
    clean = next;
  }
  return clean;
}
