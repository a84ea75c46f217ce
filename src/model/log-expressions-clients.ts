/** What the clients of the common languages and databases write when they reach nothing: data only. */
import { HOST, IP, type LogShape, shape } from './log-pattern.ts';

export const CLIENT_SHAPES: readonly LogShape[] = [
  shape(
    'L50',
    'probe-event',
    'words',
    String.raw`(?<probe>Readiness|Liveness|Startup) probe failed: (?:Get "(?<scheme>https?)://\[?(?<ip>${IP})\]?:(?<port>\d+)(?<path>[^"]*)": )?(?<why>.*)`,
  ),
  shape(
    'L01',
    'node-dns',
    'dns',
    String.raw`(?:getaddrinfo|query\w+) (?<code>ENOTFOUND|EAI_AGAIN|EAI_FAIL|ENODATA|ESERVFAIL|ETIMEOUT|EREFUSED|ECONNREFUSED) (?<host>${HOST})(?: ${HOST}:(?<port>\d+))?`,
  ),
  shape(
    'L02',
    'node-connect',
    'words',
    String.raw`connect (?<code>E(?:CONNREFUSED|TIMEDOUT|HOSTUNREACH|NETUNREACH|CONNRESET)) (?<ip>${IP}):(?<port>\d+)`,
  ),
  shape(
    'L04',
    'go-dns',
    'dns',
    String.raw`\blookup (?!error:)(?<host>${HOST})\.?(?: on \[?(?<dns>${IP})\]?:53)?: (?:.*: )?(?<why>no such host|server misbehaving|i/o timeout|Temporary failure in name resolution|connection refused|operation not permitted|cannot unmarshal DNS message)`,
  ),
  shape(
    'L05',
    'go-dial',
    'words',
    String.raw`dial (?<proto>tcp|udp)[46]? (?:\S+->)?\[?(?<ip>${IP})\]?:(?<port>\d+): (?:connect: )?(?<why>connection refused|i/o timeout|no route to host|network is unreachable|operation not permitted|connection timed out|connection reset by peer)`,
  ),
  shape(
    'L06',
    'grpc-resolve',
    'dns',
    String.raw`(?:DNS resolution failed for|Unable to resolve host) (?<host>${HOST})(?::(?<port>\d+))?|(?<why>name resolver error: produced zero addresses)`,
  ),
  shape(
    'L07',
    'grpc-core',
    'words',
    String.raw`(?:ipv4|ipv6):(?:%5B|\[)?(?<ip>${IP})(?:%5D|\])?:(?<port>\d+): (?:Failed to connect to remote host|connect)[^\n]*?(?<why>Connection refused|Timeout occurred|No route to host|FD Shutdown)`,
  ),
  shape(
    'L08',
    'java-unknown-host',
    'dns',
    `UnknownHostException: (?<host>${HOST})(?:: (?<why>Name or service not known|Temporary failure in name resolution|Name does not resolve|Try again|No address associated with hostname))?`,
  ),
  shape(
    'L09',
    'java-connect-to',
    'words',
    String.raw`Connect to (?:https?://)?(?<host>${HOST}):(?<port>\d+) \[[^\]]*?/?(?<ip>${IP})?\] failed: (?<why>Connection refused|connect timed out|Connect timed out|Read timed out|No route to host)`,
  ),
  shape(
    'L10',
    'netty',
    'words',
    String.raw`(?<why>Connection refused|connection timed out(?: after \d+ ms)?|No route to host|Host is unreachable)(?: \(.*?\))?: (?<host>${HOST})/(?<ip>${IP}|<unresolved>):(?<port>\d+)`,
  ),
  shape('L12', 'pgjdbc', 'refused', String.raw`Connection to (?<host>${HOST}):(?<port>\d+) refused`),
  shape(
    'L13',
    'kafka-node',
    'words',
    String.raw`Connection to node -?\d+ \((?<host>${HOST})/(?<ip>${IP}|<unresolved>):(?<port>\d+)\) (?<why>could not be established|terminated)`,
  ),
  shape(
    'L14',
    'kafka-bootstrap',
    'nxdomain',
    String.raw`Couldn't resolve server (?<host>${HOST}):(?<port>\d+) from bootstrap\.servers`,
  ),
  shape(
    'L15',
    'lettuce',
    'words',
    String.raw`Unable to connect to \[?(?<host>${HOST})(?:/(?:<unresolved>|${IP}))?:(?<port>\d+)`,
  ),
  shape(
    'L16',
    'urllib3',
    'words',
    String.raw`HTTPS?ConnectionPool\(host='(?<host>[^']+)', port=(?<port>\d+)\)[\s\S]*?(?<why>Name or service not known|Temporary failure in name resolution|Failed to resolve|Name does not resolve|Connection refused|timed out|No route to host|WRONG_VERSION_NUMBER|Remote end closed connection)`,
  ),
  shape('L11', 'netty-dns', 'dns', `Failed to resolve '(?<host>${HOST})'`),
  shape(
    'L17',
    'aiohttp',
    'words',
    String.raw`Cannot connect to host (?<host>${HOST}):(?<port>\d+) ssl:\S+ \[(?<why>[^\]]+)\]`,
  ),
  shape('L18', 'asyncio', 'words', String.raw`Connect call failed \('(?<ip>[^']+)', (?<port>\d+)`),
  shape(
    'L19',
    'libpq',
    'words',
    String.raw`connection to server at "(?<host>[^"]+)"(?: \((?<ip>${IP})\))?, port (?<port>\d+) failed: (?<why>Connection refused|Connection timed out|timeout expired|No route to host|FATAL|SSL|server closed)`,
  ),
  shape(
    'L20',
    'libpq-dns',
    'dns',
    'could not translate host name "(?<host>[^"]+)" to address: (?<why>Name or service not known|Temporary failure in name resolution|Name does not resolve|Try again|nodename nor servname)',
  ),
  shape(
    'L21',
    'libpq-old',
    'words',
    String.raw`could not connect to server: (?<why>[\w ]+)\s+Is the server running on host "(?<host>[^"]+)"(?: \((?<ip>${IP})\))? and accepting\s+TCP/IP connections on port (?<port>\d+)`,
  ),
  shape(
    'L22',
    'mysql',
    'words',
    String.raw`(?:Can't connect to MySQL server on|Can't connect to server on|Unknown MySQL server host|Unknown server host) '(?<host>[^':]+)(?::(?<port>\d+))?'(?: \((?<why>[^)]*)\))?`,
  ),
  shape(
    'L23',
    'redis-py',
    'words',
    String.raw`Error (?<errno>-?\d+) connecting to (?<host>${HOST}):(?<port>\d+)\. (?<why>[^.\n]+)`,
  ),
  shape(
    'L24',
    'mongo',
    'words',
    String.raw`(?<host>${HOST}):(?<port>\d+): (?:\[Errno (?<errno>-?\d+)\] )?(?<why>Connection refused|Name or service not known|Temporary failure in name resolution|timed out)`,
  ),
];
