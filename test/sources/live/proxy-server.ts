import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

export interface ProxyServer {
  url: string;
  /** Method and target of each request. */
  asked: string[];
  close(): Promise<void>;
}

/** A proxy that sends every tunnel and every forwarded request to one address, whatever its name. */
export async function startProxy(to: string, needsUser: string | null = null): Promise<ProxyServer> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const { port: toPort } = new URL(to);
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const path = new URL(request.url ?? '').pathname;
    http.get({ host: '127.0.0.1', port: toPort, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
  });
  proxy.on('connection', (socket: Socket) => open.add(socket));
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    const user = Buffer.from(
      (request.headers['proxy-authorization'] ?? '').slice('Basic '.length),
      'base64',
    ).toString();
    if (needsUser !== null && user !== needsUser) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = net.connect(Number(toPort), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    open.add(upstream);
    for (const end of [upstream, socket]) end.on('error', () => end.destroy());
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
  const close = (): Promise<void> =>
    new Promise((done) => {
      for (const socket of open) socket.destroy();
      proxy.close(() => done());
    });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked, close };
}
