// A relying party on `openid-client`. The one argument is a task in JSON. Each address that the person must open is
// printed, and the address at which the browser left the provider is read; last comes what the flow saw. A failure ends
// with the library's own words.

import { createInterface } from "node:readline";
import * as oidc from "openid-client";

/** What can be asked for, as the task's `flow`. */
const flows = { code, silent, logout };

/** How the client proves who it is, as its `token_endpoint_auth_method`. */
const authentications = {
  client_secret_basic: () => oidc.ClientSecretBasic(task.client_secret),
  client_secret_post: () => oidc.ClientSecretPost(task.client_secret),
  private_key_jwt: () => oidc.PrivateKeyJwt(signingKey),
};

/** How the authorization request reaches the provider, as the task's `request`; each answers the address to open. */
const requests = {
  query: (request) => oidc.buildAuthorizationUrl(config, request),
  pushed: (request) => oidc.buildAuthorizationUrlWithPAR(config, request),
  signed: (request) => oidc.buildAuthorizationUrlWithJAR(config, request, signingKey),
  signed_and_pushed: async (request) => oidc.buildAuthorizationUrlWithPAR(config, (await requests.signed(request)).searchParams),
};

const task = JSON.parse(process.argv[2]);
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const signingKey = task.signing_key && await es256Key(task.signing_key);
// The issuer is on loopback; the signature of an ID token is verified although it came straight from the provider.
const options = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };
const config = await (task.registration ? register() : discover());

if (task.decryption_key) oidc.enableDecryptingResponses(config, undefined, await decryptionKey(task.decryption_key));

console.log(JSON.stringify({ seen: await flows[task.flow]() }));

/** A client that the provider knows. */
function discover() {
  const authentication = authentications[task.token_endpoint_auth_method]();
  return oidc.discovery(new URL(task.issuer), task.client_id, task.metadata, authentication, options);
}

/** A client that registers itself, with an initial access token. */
function register() {
  const initialAccessToken = task.initial_access_token;
  return oidc.dynamicClientRegistration(new URL(task.issuer), task.registration, undefined, { ...options, initialAccessToken });
}

/** Sign-in with PKCE, refresh, UserInfo. */
async function code() {
  const tokens = await signIn({ scope: "openid profile email offline_access", prompt: "consent" });
  const claims = tokens.claims();
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  return {
    id_token_alg: JSON.parse(Buffer.from(tokens.id_token.split(".")[0], "base64url")).alg,
    claims,
    refreshed: refreshed.claims(),
    userinfo: await oidc.fetchUserInfo(config, refreshed.access_token, claims.sub),
    refresh_tokens: [tokens.refresh_token, refreshed.refresh_token],
  };
}

/** A request that must not show a page, before and after the person signed in. */
async function silent() {
  const before = await signIn({ prompt: "none" }).then(() => "tokens", (refused) => refused.error);
  const signedIn = await signIn({});
  const after = await signIn({ prompt: "none" });
  return { before, claims: signedIn.claims(), after: after.claims() };
}

/** Sign-in, sign-out at the provider, and whether anybody is signed in there afterwards. */
async function logout() {
  const tokens = await signIn({});
  const left = await open(oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: task.post_logout_redirect_uri,
    state: "state of the sign-out",
  }));
  const after = await signIn({ prompt: "none" }).then(() => "tokens", (refused) => refused.error);
  return { left: left.href, after };
}

/** The private key in PKCS #8 by which the client signs. */
async function es256Key({ pkcs8, kid }) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("pkcs8", Buffer.from(pkcs8, "base64url"), algorithm, false, ["sign"]);
  return { key, kid };
}

/** The private key in PKCS #8 by which what the provider encrypts by `alg` is decrypted. */
async function decryptionKey({ pkcs8, alg, kid }) {
  const [algorithm, usages] = alg.startsWith("RSA")
    ? [{ name: "RSA-OAEP", hash: "SHA-256" }, ["decrypt"]]
    : [{ name: "ECDH", namedCurve: "P-256" }, ["deriveBits"]];
  const key = await crypto.subtle.importKey("pkcs8", Buffer.from(pkcs8, "base64url"), algorithm, false, usages);
  return { key, alg, kid };
}

/** Sends an authorization request through the person's browser, and redeems the code that it brings back. */
async function signIn(parameters) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const address = await requests[task.request]({
    redirect_uri: task.redirect_uri,
    scope: "openid",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    ...parameters,
  });
  return oidc.authorizationCodeGrant(config, await open(address), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
}

/** Lets the person's browser open an address; answers where it left the provider. */
async function open(address) {
  console.log(JSON.stringify({ open: address }));
  return new URL((await answers.next()).value);
}
