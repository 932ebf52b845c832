// oidc-provider on loopback, for one test. It reads one line of JSON (the clients, and whether PAR is required), says one
// line of JSON (its issuer) once it answers, and ends with its standard input.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

console.info = console.warn = () => {}; // that it is no server for the public is known
const input = createInterface({ input: process.stdin });
input.on('close', () => process.exit());
const [line] = await once(input, 'line');
const { clients, par } = JSON.parse(line);

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients,
  scopes: ['openid', 'offline_access', 'fdx:accountdetailed:read', 'fdx:transactions:read'],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  features: {
    dPoP: { enabled: false }, // the data APIs of these tests know bearer tokens
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: par },
    revocation: { enabled: true },
  },
  rotateRefreshToken: true,
  ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 86400, IdToken: 3600, Interaction: 600, RefreshToken: 86400, Session: 86400 },
});
server.on('request', provider.callback());
console.log(JSON.stringify({ issuer }));
