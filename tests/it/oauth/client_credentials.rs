//! The client credentials grant: RFC 6749 §4.4.

use http::StatusCode;

use super::refused;
use crate::town::ISSUER;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// §4.4.3: "A refresh token SHOULD NOT be included." OpenID Connect: nor an ID token, for nobody signed in.
#[tokio::test]
async fn the_answer_has_neither_refresh_token_nor_id_token() {
    let town = Town::new().await;
    let page = town.rp("machine").token(&[GRANT]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let mut names: Vec<String> = page.json().as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "scope", "token_type"]);
    town.leave().await;
}

/// RFC 9068 §2.2: "In cases of access tokens obtained through grants where no resource owner is involved […] the value of
/// 'sub' SHOULD correspond to an identifier the authorization server uses to indicate the client application."
#[tokio::test]
async fn the_subject_is_the_client_itself() {
    let town = Town::new().await;
    let tokens = Tokens(town.rp("machine").token(&[GRANT]).await.json());
    let claims = claims_of(tokens.access_token());
    assert_eq!((claims["sub"].as_str(), claims["client_id"].as_str()), (Some("machine"), Some("machine")));
    assert_eq!(claims["aud"], ISSUER);
    assert_eq!(claims["scope"], "records:read records:write");
    for name in ["auth_time", "acr", "amr", "sid"] {
        assert_eq!(claims.get(name), None, "{name}");
    }
    town.leave().await;
}

/// §3.3: "If the client omits the scope parameter […], the authorization server MUST either process the request using a
/// pre-defined default value or fail the request".
#[tokio::test]
async fn the_scope_is_what_was_asked_for_or_all_that_is_registered() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    assert_eq!(machine.token(&[GRANT]).await.json()["scope"], "records:read records:write");
    assert_eq!(machine.token(&[GRANT, ("scope", "records:read")]).await.json()["scope"], "records:read");
    town.leave().await;
}

/// §5.2: "invalid_scope: The requested scope is invalid, unknown, malformed, or exceeds the scope granted".
#[tokio::test]
async fn a_scope_beyond_the_registered_one_is_refused() {
    let town = Town::new().await;
    let machine = town.rp("machine");
    for scope in ["records:delete", "records:read records:delete", "RECORDS:READ", "a\"b", "a\\b", "a\tb", "ế"] {
        refused(&machine.token(&[GRANT, ("scope", scope)]).await, 400, "invalid_scope");
    }
    town.leave().await;
}

/// OpenID Connect Core §3.1.2.1: scope that speaks of a person has no meaning without one.
#[tokio::test]
async fn a_client_by_itself_gets_no_scope_of_a_person() {
    let town = Town::new().await;
    town.apply(
        r#"
        [[clients]]
        client_id = "both"
        service = "licences"
        secrets = ["both-secret-of-a-test-that-is-long-enough"]
        redirect_uris = ["https://both.example/cb"]
        grant_types = ["authorization_code", "refresh_token", "client_credentials"]
        scope = "openid profile email address phone offline_access records:read"
        "#,
    )
    .await;
    let both = town.rp("both");
    for scope in ["openid", "profile", "email", "address", "phone", "offline_access", "records:read openid"] {
        refused(&both.token(&[GRANT, ("scope", scope)]).await, 400, "invalid_scope");
    }
    let all = Tokens(both.token(&[GRANT]).await.json());
    assert_eq!(all.0["scope"], "records:read");
    assert_eq!(all.0.get("refresh_token"), None);
    town.leave().await;
}

/// §4.4: "The client credentials grant type MUST only be used by confidential clients."
#[tokio::test]
async fn a_public_client_cannot_be_registered_for_it() {
    let town = Town::new().await;
    let public = "[[clients]]\nclient_id = \"open\"\ntoken_endpoint_auth_method = \"none\"\nscope = \"x\"\n\
                  grant_types = [\"client_credentials\"]\n";
    assert!(town.try_apply(public, false).await.unwrap_err().contains("grant_types"));
    refused(&town.rp("app").token(&[GRANT]).await, 400, "unauthorized_client");
    town.leave().await;
}
