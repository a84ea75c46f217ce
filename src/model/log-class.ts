/** What a client's words say about the network. */

export type LogClass =
  | 'nxdomain'
  | 'dns-unreachable'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'denied'
  | 'reset'
  | 'tls'
  | 'http'
  | 'auth'
  | 'exhausted'
  | 'waiting'
  | 'bind'
  | 'service-link';

/** First match wins: what is said most precisely stands first. */
const WORDS: readonly (readonly [RegExp, LogClass])[] = [
  [/\bFATAL\b|\bNOAUTH\b|WRONGPASS|Access denied for user|authentication failed/i, 'auth'],
  [
    /ENOTFOUND|ENODATA|no such host|name or service not known|name does not resolve|NXDOMAIN|no address associated|nodename nor servname|\b2005\b|unknown host/i,
    'nxdomain',
  ],
  [
    /EAI_|ESERVFAIL|temporary failure|try again|server misbehaving|SERVFAIL|resource temporarily unavailable|cannot unmarshal DNS/i,
    'dns-unreachable',
  ],
  [/operation not permitted|\bEPERM\b/i, 'denied'],
  [/E(?:HOST|NET)UNREACH|no route|is unreachable|Errno 113|\b113\b/i, 'unreachable'],
  [/WRONG_VERSION|wrong version|\bSSL\b|\bTLS\b|certificate/i, 'tls'],
  [/ETIMEDOUT|timed? ?-?out|timeout|execution expired|Errno 110|\b110\b/i, 'timeout'],
  [/ECONNRESET|\breset\b(?! reason)|\bEOF\b|empty reply|terminat|closed|\b104\b/i, 'reset'],
  [/statuscode: ?\d{3}|HTTP status \d{3}/i, 'http'],
  [/rejecting connections/i, 'waiting'],
  [
    /refused|could not be established|couldn't connect|could not connect|call failed|connection failure|no healthy upstream|active Endpoint|no response|FD Shutdown|connection problem|os error 111|\b111\b/i,
    'refused',
  ],
];

/** The class of some words, or null when they say nothing of the network. */
export function classOf(words: string): LogClass | null {
  return WORDS.find(([expression]) => expression.test(words))?.[1] ?? null;
}

/** The class of an error number of Linux or of getaddrinfo, or null. */
export function classOfNumber(number: string | undefined): LogClass | null {
  const classes: Readonly<Record<string, LogClass>> = {
    '-2': 'nxdomain',
    '-5': 'nxdomain',
    '-3': 'dns-unreachable',
    '104': 'reset',
    '110': 'timeout',
    '111': 'refused',
    '113': 'unreachable',
  };
  return number === undefined ? null : (classes[number] ?? null);
}
