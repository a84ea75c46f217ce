// The given requests by Node.js alone, all at once over eight connections, their answers parsed: less than any program on Node.js can do with.
const https = require('node:https');

const { server, ca, token, paths } = JSON.parse(process.env.BARE);
const agent = new https.Agent({ keepAlive: true, maxSockets: 8 });
let left = paths.length;
for (const path of paths) {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${token}` };
  https.get(`${server}${path}`, { agent, ca, headers }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      left -= 1;
      if (left === 0) agent.destroy();
    });
  });
}
