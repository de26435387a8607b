"""A relying party on Authlib: discovery, sign-in with PKCE, verification of the ID token, refresh, UserInfo.

The one argument is a task in JSON. The address that the person must open is printed, and the address at which the
browser left the provider is read; last comes what was seen. A failure ends with the library's own words.
"""

import json
import os
import sys

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey
from authlib.jose import JsonWebToken
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from authlib.oidc.discovery import get_well_known_url

# The issuer is on loopback.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


def main():
    session = OAuth2Session(
        task["client_id"],
        task["client_secret"],
        token_endpoint_auth_method=task["token_endpoint_auth_method"],
        redirect_uri=task["redirect_uri"],
        scope="openid profile email offline_access",
        code_challenge_method="S256",
    )
    # No proxy stands between this machine and itself.
    session.trust_env = False
    provider = OpenIDProviderMetadata(read(session, get_well_known_url(task["issuer"], external=True)))
    provider.validate()

    verifier, nonce = generate_token(48), generate_token()
    address, state = session.create_authorization_url(
        provider["authorization_endpoint"], code_verifier=verifier, nonce=nonce, prompt="consent"
    )
    tokens = session.fetch_token(
        provider["token_endpoint"], authorization_response=open_in_browser(address), state=state, code_verifier=verifier
    )
    claims = verified(session, provider, tokens, nonce)
    refreshed = session.refresh_token(provider["token_endpoint"], refresh_token=tokens["refresh_token"])
    seen = {
        "id_token_alg": claims.header["alg"],
        "claims": claims,
        # Core §12.2: what a refresh brings has no nonce of its own.
        "refreshed": verified(session, provider, refreshed, None),
        "userinfo": session.get(provider["userinfo_endpoint"]).json(),
        "refresh_tokens": [tokens["refresh_token"], refreshed["refresh_token"]],
    }
    say({"seen": seen})


def verified(session, provider, tokens, nonce):
    """The claims of the ID token among `tokens`: OpenID Connect Core §3.1.3.7."""
    claims = JsonWebToken(provider["id_token_signing_alg_values_supported"]).decode(
        tokens["id_token"],
        JsonWebKey.import_key_set(read(session, provider["jwks_uri"])),
        claims_cls=CodeIDToken,
        claims_options={"iss": {"value": task["issuer"]}, "aud": {"value": task["client_id"]}},
        claims_params={"nonce": nonce, "client_id": task["client_id"], "access_token": tokens["access_token"]},
    )
    claims.validate()
    return claims


def read(session, address):
    """A document that anybody may read."""
    return session.get(address, withhold_token=True).json()


def open_in_browser(address):
    """Lets the person's browser open an address; answers where it left the provider."""
    say({"open": address})
    return sys.stdin.readline().strip()


def say(message):
    print(json.dumps(message), flush=True)


task = json.loads(sys.argv[1])
main()
