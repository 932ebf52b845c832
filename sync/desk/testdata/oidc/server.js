// oidc-provider on loopback, for one test. It reads one line of JSON, says one line of JSON (its issuer) once it answers, and
// ends with its standard input. The line has the clients, and what the server is to want and to offer:
//   par       true: only pushed requests are taken (RFC 9126)
//   dpop      true: proofs of a key are offered (RFC 9449), and each needs a nonce of the server's
//   codes     true: the person may type a code (RFC 8628)
//   register  true: clients register themselves (RFC 7591) and delete themselves (RFC 7592)
//   details   true: authorization_details of FDX are taken (RFC 9396)
//   access    how long an access token lives, in seconds
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

console.info = console.warn = () => {}; // that it is no server for the public is known
const input = createInterface({ input: process.stdin });
input.on('close', () => process.exit());
const [line] = await once(input, 'line');
const { clients, par, dpop, codes, register, details, access } = JSON.parse(line);

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const asked = (ctx) => JSON.parse(ctx.oidc.params.authorization_details ?? '[]');
const key = (kind, options) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid: kind, use: 'sig' });
const provider = new Provider(issuer, {
  clients,
  jwks: { keys: [key('rsa', { modulusLength: 2048 }), key('ec', { namedCurve: 'P-256' }), key('ed25519')] },
  scopes: ['openid', 'offline_access', 'fdx:accountdetailed:read', 'fdx:transactions:read'],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'], clientAuthSigningAlgValues: ['ES256', 'PS256'] },
  features: {
    deviceFlow: { enabled: !!codes },
    dPoP: { enabled: !!dpop, nonceSecret: randomBytes(32), requireNonce: () => !!dpop },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: !!par },
    registration: { enabled: !!register },
    registrationManagement: { enabled: !!register },
    resourceIndicators: { // details are of a data API, which must be named then
      enabled: !!details,
      defaultResource: () => 'urn:data-api',
      getResourceServerInfo: () => ({ scope: 'fdx:accountdetailed:read fdx:transactions:read', accessTokenFormat: 'opaque' }),
      useGrantedResource: () => true,
    },
    revocation: { enabled: true },
    richAuthorizationRequests: {
      enabled: !!details,
      types: { 'fdx_v1.0': { validate() {} } },
      authorizationDetailsForGrantSource: asked,
      authorizationDetailsForAccessToken: (ctx, token, source) => source.rar,
      authorizationDetailsForIntrospection: (ctx, token) => token.rar,
    },
  },
  rotateRefreshToken: true,
  ttl: {
    AccessToken: access ?? 3600, AuthorizationCode: 60, DeviceCode: 600, Grant: 86400, IdToken: 3600, Interaction: 600, RefreshToken: 86400, Session: 86400,
  },
});
server.on('request', provider.callback());
console.log(JSON.stringify({ issuer }));
