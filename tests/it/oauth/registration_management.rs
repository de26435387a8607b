//! Management of a registration by the client itself: RFC 7592.

use std::time::Duration;

use http::StatusCode;
use motcua::config::registration::Policy;
use serde_json::Value;
use serde_json::json;

use super::refused;
use super::registration::least;
use super::registration::open_town;
use super::registration::registered;
use super::registration::with;
use crate::town::ISSUER;
use crate::town::Page;
use crate::town::Town;

fn uri(told: &Value) -> &str {
    told["registration_client_uri"].as_str().unwrap()
}

fn token(told: &Value) -> Option<&str> {
    told["registration_access_token"].as_str()
}

async fn ask(town: &Town, method: &str, told: &Value, body: &Value) -> Page {
    town.send_json(method, uri(told), token(told), body).await
}

/// The metadata that a client sends to replace its own: the least, its id, and `more`.
fn replacement(told: &Value, more: &Value) -> Value {
    let mut members = with(more);
    members["client_id"] = told["client_id"].clone();
    members
}

/// §3: "`registration_client_uri` REQUIRED", "`registration_access_token` REQUIRED"; the URI is fully qualified.
#[tokio::test]
async fn a_registration_names_its_address_and_its_token() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    let id = told["client_id"].as_str().unwrap();
    assert_eq!(uri(&told), format!("{ISSUER}/register/{id}"));
    assert!(token(&told).unwrap().len() >= 43);
    town.leave().await;
}

/// §2.1: "the authorization server responds with an HTTP 200 OK", JSON; §3: the client's address and token among it.
#[tokio::test]
async fn a_client_reads_what_it_is_registered_as() {
    let town = open_town().await;
    let told = registered(&town, &with(&json!({"client_name": "Sổ tay"}))).await;
    town.clock.pass(Duration::from_secs(5));
    let page = ask(&town, "GET", &told, &Value::Null).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, Some("no-store")));
    let mut expected = told.clone();
    // Only its digest is kept: the secret was told once.
    expected.as_object_mut().unwrap().retain(|name, _| !name.starts_with("client_secret"));
    assert_eq!(page.json(), expected);
    town.leave().await;
}

/// §2: "The client MUST use its registration access token in all calls to this endpoint"; §2.1: 401 if it does not count. The
/// answer is the same whether the client exists.
#[tokio::test]
async fn another_token_than_the_clients_own_is_401_whether_the_client_exists_or_not() {
    let town = open_town().await;
    let (told, other) = (registered(&town, &least()).await, registered(&town, &least()).await);
    let (own, others) = (token(&told).unwrap(), token(&other).unwrap());
    let nobody = format!("{ISSUER}/register/00000000-0000-4000-8000-000000000000");
    let rp = town.registered(&told);
    let access_token = rp.tokens(&mut town.browser(), &[]).await.access_token().to_owned();
    let body = replacement(&told, &json!({}));
    for method in ["GET", "PUT", "DELETE"] {
        let mut answers = Vec::new();
        for (at, presented) in [
            (uri(&told), others),
            (uri(&told), &own[1..]),
            (uri(&told), &*rp.secret()),
            (uri(&told), &*access_token),
            (&*nobody, own),
            (&*format!("{ISSUER}/register/portal"), own),
            (&*format!("{ISSUER}/register/%00"), own),
        ] {
            let page = town.send_json(method, at, Some(presented), &body).await;
            refused(&page, 401, "invalid_token");
            answers.push((page.body.clone(), page.header("www-authenticate").map(str::to_owned)));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        let without = town.send_json(method, uri(&told), None, &body).await;
        assert_eq!(without.status, StatusCode::UNAUTHORIZED);
        assert_eq!(without.header("www-authenticate"), Some("Bearer realm=\"motcua\""));
    }
    assert_eq!(ask(&town, "GET", &told, &Value::Null).await.status, StatusCode::OK);
    town.leave().await;
}

/// §2.2: "Valid values of client metadata fields in this request MUST replace, not augment, the values previously associated
/// with this client. Omitted fields MUST be treated as null or empty values by the server".
#[tokio::test]
async fn an_update_replaces_all_that_was_registered() {
    let town = open_town().await;
    let first =
        json!({"client_name": "Sổ tay", "tos_uri": "https://rp.example/tos", "default_max_age": 60, "scope": "openid"});
    let told = registered(&town, &with(&first)).await;
    let second = json!({"client_name": "Sổ tay mới", "redirect_uris": ["https://rp.example/other"]});
    let page = ask(&town, "PUT", &told, &replacement(&told, &second)).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, Some("no-store")), "{}", page.body);
    let now = page.json();
    assert_eq!((&now["client_name"], &now["redirect_uris"]), (&second["client_name"], &second["redirect_uris"]));
    assert_eq!((now.get("tos_uri"), now.get("default_max_age")), (None, None));
    assert_eq!(now["scope"], "openid profile email address phone");
    for kept in ["client_id", "client_id_issued_at", "registration_client_uri", "registration_access_token"] {
        assert_eq!(now[kept], told[kept], "{kept}");
    }
    assert_eq!(ask(&town, "GET", &told, &Value::Null).await.json(), now);
    let rp = town.registered(&told);
    super::page_without_redirect(&town.browser().open(&rp.url(&[])).await);
    let mut rp = rp;
    rp.redirect_uri = "https://rp.example/other".into();
    assert!(!rp.tokens(&mut town.browser(), &[]).await.access_token().is_empty(), "with the secret of before");
    town.leave().await;
}

/// §2.2: `client_id` "MUST be the same as the currently issued"; `client_secret` "MUST match the currently issued"; "The client
/// MUST NOT be allowed to overwrite its existing client secret with its own chosen value."
#[tokio::test]
async fn an_update_changes_neither_identifier_nor_secret() {
    let town = open_town().await;
    let (told, other) = (registered(&town, &least()).await, registered(&town, &least()).await);
    for wrong in [
        least(),
        replacement(&other, &json!({})),
        replacement(&told, &json!({"client_secret": "a-secret-that-the-client-chose-by-itself"})),
        replacement(&told, &json!({"client_secret": other["client_secret"]})),
        replacement(&told, &json!({"client_secret": 1})),
    ] {
        refused(&ask(&town, "PUT", &told, &wrong).await, 400, "invalid_client_metadata");
    }
    let same = replacement(&told, &json!({"client_secret": told["client_secret"]}));
    assert_eq!(ask(&town, "PUT", &told, &same).await.status, StatusCode::OK);
    town.registered(&told).tokens(&mut town.browser(), &[]).await;
    town.leave().await;
}

/// §2.2: "the authorization server MAY […] reject"; the rules of an update are those of a registration, and a refused one
/// changes nothing.
#[tokio::test]
async fn an_update_is_judged_as_a_registration_is() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    for (more, code) in [
        (json!({"redirect_uris": ["https://rp.example/cb#x"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": []}), "invalid_redirect_uri"),
        (json!({"response_types": ["token"]}), "invalid_client_metadata"),
        (json!({"grant_types": ["client_credentials"]}), "invalid_client_metadata"),
        (json!({"subject_type": "public"}), "invalid_client_metadata"),
        (json!({"id_token_signed_response_alg": "none"}), "invalid_client_metadata"),
    ] {
        refused(&ask(&town, "PUT", &told, &replacement(&told, &more)).await, 400, code);
    }
    let wide = json!({"profile": "strict", "scope": "openid records:write", "lifetimes": {"access_token": 86400}});
    let page = ask(&town, "PUT", &told, &replacement(&told, &wide)).await;
    assert_eq!((page.status, &page.json()["scope"]), (StatusCode::OK, &json!("openid")), "{}", page.body);
    let rp = town.registered(&told).with_scope("openid");
    let code = rp.code(&mut town.browser(), &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert_eq!(rp.redeem(&code, &[("code_verifier", "")]).await.json()["expires_in"], 600);
    town.leave().await;
}

/// §2.2: the secret follows the method: a client that needs none loses it, one that comes to need one is told a new one.
#[tokio::test]
async fn a_secret_goes_and_comes_with_the_method() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    let public = replacement(&told, &json!({"token_endpoint_auth_method": "none"}));
    let page = ask(&town, "PUT", &told, &public).await;
    assert_eq!((page.status, page.json().get("client_secret")), (StatusCode::OK, None));
    let back = ask(&town, "PUT", &told, &replacement(&told, &json!({}))).await.json();
    assert_eq!(back["client_secret_expires_at"], 0);
    assert_ne!(back["client_secret"], told["client_secret"]);
    let code = town.registered(&told).code(&mut town.browser(), &[]).await;
    refused(&town.registered(&told).redeem(&code, &[]).await, 401, "invalid_client");
    assert_eq!(town.registered(&back).redeem(&code, &[]).await.status, StatusCode::OK);
    town.leave().await;
}

/// OpenID Connect Core §8.1: subject identifiers derive from the host. A client that moved to another host could use what it
/// was granted before to learn that host's identifiers, so it cannot move.
#[tokio::test]
async fn an_update_does_not_lead_to_another_hosts_subject_identifiers() {
    let town = open_town().await;
    let told = registered(&town, &json!({"redirect_uris": ["https://evil.example/cb"]})).await;
    let moved = replacement(&told, &json!({"redirect_uris": ["https://portal.example/cb"]}));
    refused(&ask(&town, "PUT", &told, &moved).await, 400, "invalid_redirect_uri");
    let told = registered(&town, &json!({"redirect_uris": ["https://portal.example/cb"]})).await;
    let moved = replacement(&told, &json!({"redirect_uris": ["https://evil.example/cb"]}));
    refused(&ask(&town, "PUT", &told, &moved).await, 400, "invalid_redirect_uri");
    town.leave().await;
}

/// §2.3: "responds with an HTTP 204 No Content"; "immediately revoke": its grants and tokens die with it, and the registration
/// access token gives 401.
#[tokio::test]
async fn a_client_that_deletes_itself_is_gone_with_all_that_it_was_granted() {
    let town = open_town().await;
    let offline = json!({"grant_types": ["authorization_code", "refresh_token"]});
    let told = registered(&town, &with(&offline)).await;
    let rp = town.registered(&told).with_scope("openid offline_access");
    let mut browser = town.browser();
    let tokens = rp.tokens(&mut browser, &[("prompt", "consent")]).await;
    let code = rp.code(&mut browser, &[]).await;
    assert_eq!(rp.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    let page = ask(&town, "DELETE", &told, &Value::Null).await;
    assert_eq!((page.status, page.body.as_str()), (StatusCode::NO_CONTENT, ""));
    for method in ["GET", "PUT", "DELETE"] {
        refused(&ask(&town, method, &told, &replacement(&told, &json!({}))).await, 401, "invalid_token");
    }
    refused(&rp.refresh(tokens.refresh_token(), &[]).await, 401, "invalid_client");
    refused(&rp.redeem(&code, &[]).await, 401, "invalid_client");
    super::page_without_redirect(&browser.open(&rp.url(&[])).await);
    town.clock.pass(Duration::from_secs(1));
    refused(&rp.userinfo(tokens.access_token()).await, 401, "invalid_token");
    town.leave().await;
}

/// "Dead stays dead within one second on every replica".
#[tokio::test]
async fn a_deleted_client_is_gone_on_every_replica() {
    let town = open_town().await;
    let replica = town.replica().await;
    let told = registered(&town, &least()).await;
    let rp = town.registered(&told);
    let mut there = replica.browser_like(&town.browser());
    assert_eq!(there.open(&rp.url(&[])).await.path(), "/login");
    assert_eq!(ask(&town, "DELETE", &told, &Value::Null).await.status, StatusCode::NO_CONTENT);
    replica.heartbeat().await;
    super::page_without_redirect(&there.open(&rp.url(&[])).await);
    town.leave().await;
}

/// §2.2: "If the client does not have permission to update […] the server MUST return a 403 Forbidden": while registration is
/// closed, a client that registered before is read and deleted, and changed no more.
#[tokio::test]
async fn while_registration_is_closed_a_client_is_not_changed() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    let closed = town.replica_with(|config| config.registration.policy = Policy::Closed).await;
    let at = async |method: &str, body: Value| closed.send_json(method, uri(&told), token(&told), &body).await;
    assert_eq!(at("GET", Value::Null).await.status, StatusCode::OK);
    refused(&at("PUT", replacement(&told, &json!({}))).await, 403, "access_denied");
    assert_eq!(at("DELETE", Value::Null).await.status, StatusCode::NO_CONTENT);
    town.leave().await;
}

/// Each change and each end of a registration is one event of the audit trail.
#[tokio::test]
async fn updates_and_removals_are_one_event_each() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    ask(&town, "PUT", &told, &replacement(&told, &json!({}))).await;
    ask(&town, "PUT", &told, &least()).await;
    ask(&town, "DELETE", &told, &Value::Null).await;
    ask(&town, "DELETE", &told, &Value::Null).await;
    let acts = ["client_updated", "client_removed"];
    let events: Vec<_> = town.audit().await.into_iter().filter(|(act, ..)| acts.contains(&&**act)).collect();
    let mut named: Vec<_> = events.iter().map(|(act, client, _)| (act.as_str(), client.as_deref())).collect();
    named.sort_unstable();
    let client = told["client_id"].as_str();
    assert_eq!(named, [("client_removed", client), ("client_updated", client)]);
    town.leave().await;
}

/// A declaration that names the client takes it over: from then on it is what the file says, and its token does not count.
#[tokio::test]
async fn a_declaration_takes_a_registered_client_over() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    let id = told["client_id"].as_str().unwrap();
    let toml = format!(
        "[[clients]]\nclient_id = \"{id}\"\nservice = \"licences\"\nscope = \"openid\"\n\
         redirect_uris = [\"https://rp.example/cb\"]\ntoken_endpoint_auth_method = \"none\"\n"
    );
    town.apply(&toml).await;
    refused(&ask(&town, "GET", &told, &Value::Null).await, 401, "invalid_token");
    assert!(town.apply(&toml).await.changes.is_empty());
    let page = town.browser().open(&town.registered(&told).url(&[("scope", "openid")])).await;
    assert!(page.body.contains("Cổng dịch vụ công tỉnh Sông Lam"), "{}", page.body);
    town.leave().await;
}

/// `apply --prune` removes what the file does not name; clients that registered themselves were never in a file, and stay.
#[tokio::test]
async fn prune_leaves_clients_that_registered_themselves() {
    let town = open_town().await;
    let told = registered(&town, &least()).await;
    let report = town.try_apply(crate::town::DECLARATION, true).await.unwrap();
    assert_eq!(report.changes, Vec::<String>::new());
    assert!(report.warnings.iter().any(|warning| warning.starts_with("1 client")), "{:?}", report.warnings);
    assert_eq!(ask(&town, "GET", &told, &Value::Null).await.status, StatusCode::OK);
    for kind in ["host:rp.example", "registered:x", "client:portal"] {
        let toml = format!("[[agencies]]\nid = \"other\"\nsector = \"{kind}\"\nname = {{ vi = \"A\", en = \"A\" }}\n");
        assert!(town.try_apply(&toml, false).await.expect_err(kind).contains("sector"), "{kind}");
    }
    town.leave().await;
}
