//! A service asks that somebody be signed out: OpenID Connect RP-Initiated Logout 1.0.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use http::StatusCode;
use motcua::flows::admin::keys;
use motcua::jose::jwa::Algorithm;
use serde_json::json;
use url::Url;

use super::client;
use super::error;
use super::seconds;
use super::signed_in;
use crate::oauth::registration::open;
use crate::oauth::registration::registered;
use crate::town::Browser;
use crate::town::ISSUER;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;
use crate::town::header_of;

const BACK: &str = "https://desk.example/bye?from=door";
const SESSION: &str = "__Host-motcua_session";

/// A town with a service that registered where it wants people back.
async fn town_with_desk() -> (Town, RelyingParty) {
    let town = Town::new().await;
    town.apply(&declaration()).await;
    let desk = town.rp("desk");
    (town, desk)
}

fn declaration() -> String {
    client("desk", "licences", &format!("post_logout_redirect_uris = [\"{BACK}\", \"https://desk.example/b\"]"))
}

fn logout(parameters: &[(&str, &str)]) -> String {
    Url::parse_with_params(&format!("{ISSUER}/logout"), parameters).unwrap().into()
}

/// The request led to an error page that sent the browser nowhere, and the person is still signed in: the page.
async fn refused(browser: &mut Browser, rp: &RelyingParty, parameters: &[(&str, &str)]) -> Page {
    let page = browser.open(&logout(parameters)).await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::BAD_REQUEST, "/logout"), "{parameters:?}");
    assert!(page.body.contains("class=\"button\" href=\"/logout\""), "{}", page.body);
    assert!(!page.body.contains("type=\"password\"") && !page.body.contains(BACK), "{}", page.body);
    assert!(browser.open(&rp.url(&[("prompt", "none")])).await.parameter("code").is_some(), "{parameters:?}");
    page
}

fn is_question(page: &Page) -> bool {
    page.status == StatusCode::OK && page.path() == "/logout/confirm" && page.body.contains("id=\"logout-confirm\"")
}

/// §2: "OPs MUST support the use of the HTTP GET and POST methods"; another site's POST comes without cookies.
#[tokio::test]
async fn the_endpoint_takes_get_and_post() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    let parameters = [("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BACK), ("state", "s")];
    let by_get = browser.open(&logout(&parameters)).await;
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let answer = town.browser().request(Method::POST, "/logout", Some(form)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let by_post = browser.open(&answer.location().unwrap()).await;
    for page in [by_get, by_post] {
        assert!(is_question(&page), "{}", page.body);
    }
    town.leave().await;
}

/// §2: "the OP MUST log out the End-User"; §3: the browser is sent to the URI, with `state` "if included" and no other.
#[tokio::test]
async fn the_person_is_signed_out_and_sent_back_with_the_state() {
    let (town, desk) = town_with_desk().await;
    let state: String = "s+/=&".chars().cycle().take(128).collect();
    let mut browser = town.browser();
    for (uri, state) in [(BACK, Some(state.as_str())), ("https://desk.example/b", None)] {
        let tokens = desk.tokens(&mut browser, &[]).await;
        let mut parameters = vec![("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", uri)];
        parameters.extend(state.map(|state| ("state", state)));
        let page = browser.open(&logout(&parameters)).await;
        let policy = page.header("content-security-policy").unwrap().to_owned();
        assert!(!policy.contains("form-action"), "where the service leads on is its own affair: {policy}");
        let back = browser.fill(&page, &[]).await;
        assert_eq!((back.status, back.parameter("state").as_deref()), (StatusCode::SEE_OTHER, state));
        let mut expected: Vec<&str> = uri.contains('?').then_some("from").into_iter().collect();
        expected.extend(state.map(|_| "state"));
        let url = Url::parse(&back.url).unwrap();
        assert!(back.url.starts_with(uri), "{}", back.url);
        assert_eq!(url.query_pairs().map(|(name, _)| name.into_owned()).collect::<Vec<_>>(), expected);
        assert!(!browser.cookies.contains_key(SESSION));
        assert_eq!(error(&mut browser, &desk, &[("prompt", "none")]).await, "login_required");
        assert_eq!(desk.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    }
    town.leave().await;
}

/// §2: "the OP SHOULD ask", and "MUST ask […] if an id_token_hint was not provided or if the supplied ID Token does not
/// belong to the current OP session […] and/or currently logged in End-User": asking alone ends nothing.
#[tokio::test]
async fn the_person_is_asked_whatever_the_hint_says() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let own = desk.tokens(&mut browser, &[]).await;
    let elsewhere = desk.tokens(&mut town.browser(), &[]).await;
    let mut another = town.browser();
    let page = another.open(&desk.url(&[])).await;
    let arrived = another.sign_in(&page, "an").await;
    let an = crate::town::Tokens(desk.redeem(&arrived.parameter("code").unwrap(), &[]).await.json());
    for parameters in [
        vec![],
        vec![("client_id", "desk"), ("post_logout_redirect_uri", BACK)],
        vec![("id_token_hint", own.id_token())],
        vec![("id_token_hint", elsewhere.id_token()), ("post_logout_redirect_uri", BACK)],
        vec![("id_token_hint", an.id_token()), ("post_logout_redirect_uri", BACK)],
        vec![("logout_hint", "an@songlam.example")],
    ] {
        let page = browser.open(&logout(&parameters)).await;
        assert!(is_question(&page) && page.body.contains("Nguyễn Thị Minh Khai"), "{parameters:?}: {}", page.body);
        assert!(browser.open(&desk.url(&[("prompt", "none")])).await.parameter("code").is_some(), "{parameters:?}");
    }
    town.leave().await;
}

/// §2: "The OP SHOULD accept ID Tokens […] even when the exp time has passed"; their key may have been replaced too.
#[tokio::test]
async fn an_expired_hint_counts_and_so_does_one_of_a_former_key() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    keys::rotate(&town.app, Algorithm::Es256, true, town.app.clock.now() + Duration::from_micros(1)).await.unwrap();
    town.clock.pass(seconds(11 * 60));
    let parameters = [("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BACK)];
    assert!(is_question(&browser.open(&logout(&parameters)).await));
    town.clock.pass(seconds(40 * 86_400));
    town.heartbeat().await;
    assert_eq!(town.browser().open(&logout(&parameters)).await.url, BACK, "nobody is signed in: nothing to ask");
    town.leave().await;
}

/// §2: "When an id_token_hint parameter is present, the OP MUST validate that it was the issuer of the ID Token."
#[tokio::test]
async fn what_is_not_an_id_token_of_ours_is_no_hint() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    let parts: Vec<&str> = tokens.id_token().split('.').collect();
    let none = URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}");
    let other = Town::new().await;
    other.apply(&declaration()).await;
    let foreign = other.rp("desk").tokens(&mut other.browser(), &[]).await;
    let bent = format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode([7; 64]));
    let payload = URL_SAFE_NO_PAD.encode(r#"{"iss":"https://id.example","aud":"desk","sub":"x","exp":1}"#);
    for hint in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{payload}.{}", parts[0], parts[2]),
        bent,
        foreign.id_token().to_owned(),
        tokens.access_token().to_owned(),
        "garbage".to_owned(),
    ] {
        for more in [&[][..], &[("client_id", "desk")], &[("client_id", "desk"), ("post_logout_redirect_uri", BACK)]] {
            refused(&mut browser, &desk, &[&[("id_token_hint", hint.as_str())], more].concat()).await;
        }
    }
    other.leave().await;
    town.leave().await;
}

/// §4: the page names what is wrong: the hint, where it speaks of a client that nobody registered and no `client_id` stands beside
/// it.
#[tokio::test]
async fn a_hint_for_nobody_is_named_as_what_is_wrong() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    let parts: Vec<&str> = tokens.id_token().split('.').collect();
    let payload = URL_SAFE_NO_PAD.encode(r#"{"iss":"https://id.example","aud":"nobody","sub":"x","exp":1}"#);
    let hint = format!("{}.{payload}.{}", parts[0], parts[2]);
    let alone = refused(&mut browser, &desk, &[("id_token_hint", &hint)]).await;
    assert!(alone.body.contains(">id_token_hint is not"), "{}", alone.body);
    let beside = refused(&mut browser, &desk, &[("id_token_hint", &hint), ("client_id", "nobody")]).await;
    assert!(beside.body.contains("under this client_id"), "{}", beside.body);
    town.leave().await;
}

/// A key that was revoked in an emergency vouches for nothing.
#[tokio::test]
async fn a_hint_of_a_revoked_key_is_refused() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    let kid = header_of(tokens.id_token())["kid"].as_str().unwrap().to_owned();
    keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap();
    refused(&mut browser, &desk, &[("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BACK)]).await;
    town.leave().await;
}

/// §2: "When both client_id and id_token_hint are present, the OP MUST verify that the Client Identifier matches the one
/// used as the audience".
#[tokio::test]
async fn a_hint_for_another_client_than_client_id_is_refused() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let portal = town.rp("portal").tokens(&mut browser, &[]).await;
    for more in [&[][..], &[("post_logout_redirect_uri", BACK)]] {
        let parameters = [&[("id_token_hint", portal.id_token()), ("client_id", "desk")], more].concat();
        refused(&mut browser, &desk, &parameters).await;
    }
    refused(&mut browser, &desk, &[("client_id", "nobody"), ("post_logout_redirect_uri", BACK)]).await;
    town.leave().await;
}

/// §3: "The OP also MUST NOT perform post-logout redirection if the post_logout_redirect_uri value supplied does not
/// exactly match one of the previously registered".
#[tokio::test]
async fn an_address_that_is_not_registered_to_the_letter_is_never_gone_to() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    for uri in [
        "https://evil.example/",
        "https://desk.example/bye",
        "https://desk.example/bye?from=door&x=1",
        "https://desk.example/bye?from=door#f",
        "https://desk.example/cb",
        "https://desk.example/B",
        "https://desk.example/b/",
        "https://desk.example:443/b",
        "HTTPS://desk.example/b",
        "https://desk.example/a/../b",
        "javascript:alert(1)",
        "//desk.example/b",
    ] {
        for by in [("id_token_hint", tokens.id_token()), ("client_id", "desk")] {
            refused(&mut browser, &desk, &[by, ("post_logout_redirect_uri", uri), ("state", "s")]).await;
        }
    }
    town.leave().await;
}

/// §3: without a hint "the OP MUST NOT perform post-logout redirection unless the OP has other means of confirming the
/// legitimacy of the post-logout redirection target": the client names itself, and the person is asked.
#[tokio::test]
async fn without_a_hint_the_client_names_itself_or_nobody_is_sent_back() {
    let (town, desk) = town_with_desk().await;
    let mut browser = signed_in(&town).await;
    refused(&mut browser, &town.rp("portal"), &[("post_logout_redirect_uri", BACK), ("state", "s")]).await;
    let parameters = [("client_id", "desk"), ("post_logout_redirect_uri", BACK)];
    let page = browser.open(&logout(&parameters)).await;
    assert_eq!(browser.fill(&page, &[]).await.url, BACK);
    assert_eq!(error(&mut browser, &desk, &[("prompt", "none")]).await, "login_required");
    town.leave().await;
}

/// §3: "MUST NOT perform post-logout redirection" without a hint: where nobody is signed in, nobody confirmed it. A link
/// leads on to a service of an agency; those that registered themselves get none.
#[tokio::test]
async fn without_a_hint_nobody_is_sent_back_whom_we_did_not_ask() {
    let town = Town::with(open).await;
    town.apply(&declaration()).await;
    let own =
        json!({"redirect_uris": ["https://rp.example/cb"], "post_logout_redirect_uris": ["https://rp.example/out"]});
    let stranger = town.registered(&registered(&town, &own).await);
    let link = format!("class=\"button\" href=\"{BACK}\"");
    for (id, uri, linked) in [("desk", BACK, true), (&*stranger.id, "https://rp.example/out", false)] {
        let parameters = [("client_id", id), ("post_logout_redirect_uri", uri)];
        let page = town.browser().open(&logout(&parameters)).await;
        assert_eq!((page.status, page.path().as_str()), (StatusCode::OK, "/logout/confirm"), "{id}");
        assert_eq!((page.body.contains(&link), page.body.contains(uri)), (linked, linked), "{id}: {}", page.body);
        assert!(!page.body.contains("http-equiv=\"refresh\""), "{}", page.body);
        let mut browser = town.browser();
        town.rp("portal").code(&mut browser, &[]).await;
        let asked = browser.open(&logout(&parameters)).await;
        let elsewhere = town.browser().fill(&asked, &[]).await;
        assert_eq!((elsewhere.status, elsewhere.path().as_str()), (StatusCode::OK, "/logout/confirm"), "{id}");
        assert_eq!(browser.fill(&asked, &[]).await.url, uri, "who confirmed goes on");
    }
    let tokens = stranger.clone().with_scope("openid").tokens(&mut town.browser(), &[]).await;
    let hinted = [("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", "https://rp.example/out")];
    assert_eq!(town.browser().open(&logout(&hinted)).await.url, "https://rp.example/out");
    town.leave().await;
}

/// §3: an address that was taken from the client while the page stood open is not gone to.
#[tokio::test]
async fn an_address_that_is_registered_no_more_is_not_gone_to() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    let parameters = [("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BACK)];
    let page = browser.open(&logout(&parameters)).await;
    town.apply(&declaration().replace("bye", "gone")).await;
    let done = browser.fill(&page, &[]).await;
    assert_eq!((done.status, done.path().as_str()), (StatusCode::OK, "/logout/done"));
    town.leave().await;
}

/// §2: every parameter is optional: without an address the person ends signed out on a page of ours.
#[tokio::test]
async fn without_an_address_the_end_is_our_own_page() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    for parameters in [&[][..], &[("state", "s")], &[("client_id", "desk")], &[("client_id", "desk"), ("state", "s")]] {
        desk.code(&mut browser, &[]).await;
        let page = browser.open(&logout(parameters)).await;
        let done = browser.fill(&page, &[]).await;
        assert_eq!((done.status, done.path().as_str()), (StatusCode::OK, "/logout/done"), "{parameters:?}");
        assert!(done.body.contains("Bạn đã đăng xuất") && !done.body.contains("type=\"password\""), "{}", done.body);
        assert_eq!(error(&mut browser, &desk, &[("prompt", "none")]).await, "login_required");
    }
    town.leave().await;
}

/// RFC 6749 §3.1, as everywhere: a parameter that is repeated has no value; and what is too long does not travel.
#[tokio::test]
async fn repeated_and_overlong_parameters_are_refused() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    desk.code(&mut browser, &[]).await;
    let two = [("client_id", "desk"), ("post_logout_redirect_uri", BACK), ("post_logout_redirect_uri", BACK)];
    refused(&mut browser, &desk, &two).await;
    let long = "s".repeat(4100);
    refused(&mut browser, &desk, &[("client_id", "desk"), ("post_logout_redirect_uri", BACK), ("state", &long)]).await;
    let longest = "s".repeat(4000);
    let parameters = [("client_id", "desk"), ("post_logout_redirect_uri", BACK), ("state", longest.as_str())];
    let page = browser.open(&logout(&parameters)).await;
    assert_eq!(browser.fill(&page, &[]).await.parameter("state"), Some(longest));
    town.leave().await;
}

/// §2: ui_locales, "the End-User's preferred languages and scripts for the user interface".
#[tokio::test]
async fn the_pages_speak_the_language_that_the_service_names() {
    let (town, desk) = town_with_desk().await;
    for language in ["vi", "en"] {
        let mut browser = town.browser();
        desk.code(&mut browser, &[]).await;
        let page = browser.open(&logout(&[("client_id", "desk"), ("ui_locales", &format!("fr {language}"))])).await;
        let done = browser.fill(&page, &[]).await;
        let wrong = browser.open(&logout(&[("client_id", "nobody"), ("ui_locales", language)])).await;
        for page in [page, done, wrong] {
            assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{}", page.body);
        }
    }
    town.leave().await;
}

/// §2: a page says which service sent the person; what is not sealed by us is no request.
#[tokio::test]
async fn the_page_names_the_service_and_takes_only_requests_that_we_sealed() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    desk.code(&mut browser, &[]).await;
    let page = browser.open(&logout(&[("client_id", "desk")])).await;
    assert!(page.body.contains("“Cổng dịch vụ công tỉnh Sông Lam” đưa bạn tới đây để đăng xuất"), "{}", page.body);
    for path in ["/logout/confirm?logout=AAAA", "/logout/done?farewell=AAAA"] {
        assert_eq!(browser.open(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    town.leave().await;
}

/// A confirmation that comes when the session is over already leads where the service wanted.
#[tokio::test]
async fn a_confirmation_after_the_end_of_the_session_still_leads_back() {
    let (town, desk) = town_with_desk().await;
    let mut browser = town.browser();
    desk.code(&mut browser, &[]).await;
    let parameters = [("client_id", "desk"), ("post_logout_redirect_uri", BACK)];
    let page = browser.open(&logout(&parameters)).await;
    town.clock.pass(seconds(16 * 60));
    assert_eq!(browser.fill(&page, &[]).await.url, BACK);
    town.leave().await;
}
