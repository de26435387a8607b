// A relying party on `openid-client`: discovery, sign-in with PKCE through the provider's pages, refresh, UserInfo.
// The one argument is JSON; what was seen is printed as JSON, and a failure ends with the library's own words.

import * as oidc from "openid-client";

const task = JSON.parse(process.argv[2]);

const config = await oidc.discovery(
  new URL(task.issuer),
  task.clientId,
  undefined,
  task.clientId === "certified" ? oidc.ClientSecretPost(task.clientSecret) : oidc.ClientSecretBasic(task.clientSecret),
  // The issuer is on loopback; the signature of an ID token is verified although it came straight from the provider.
  { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
);

const verifier = oidc.randomPKCECodeVerifier();
const state = oidc.randomState();
const nonce = oidc.randomNonce();
const question = oidc.buildAuthorizationUrl(config, {
  redirect_uri: task.redirectUri,
  scope: "openid profile email offline_access",
  prompt: "consent",
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});

const tokens = await oidc.authorizationCodeGrant(config, await signIn(question), {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
});
const claims = tokens.claims();
const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
const userinfo = await oidc.fetchUserInfo(config, refreshed.access_token, claims.sub);

console.log(JSON.stringify({
  id_token_alg: JSON.parse(Buffer.from(tokens.id_token.split(".")[0], "base64url")).alg,
  claims,
  refreshed: refreshed.claims(),
  userinfo,
  tokens: [tokens.refresh_token, refreshed.refresh_token],
}));

/** The person's browser: follows redirects by hand and fills forms, until the provider leads back to the client. */
async function signIn(url) {
  const cookies = new Map();
  let form;
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form,
      headers: { cookie },
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    form = undefined;
    const location = response.headers.get("location");
    if (location) {
      url = new URL(location, url);
      if (url.href.startsWith(task.redirectUri)) return url;
    } else {
      [url, form] = fill(await response.text(), url);
    }
  }
  throw new Error(`the sign-in does not end; it has come to ${url}`);
}

/** Where the form of a page goes, and with which fields. */
function fill(page, url) {
  const action = /<form method="post" action="([^"]*)"/.exec(page)?.[1];
  if (!action) throw new Error(`no form at ${url}: ${page}`);
  const fields = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    fields.set(name, value);
  }
  if (page.includes('name="password"')) {
    fields.set("username", task.username);
    fields.set("password", task.password);
  } else {
    fields.set("decision", "allow");
  }
  return [new URL(action, url), fields];
}
