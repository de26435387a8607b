//! Services are told by frames of the last page: OpenID Connect Front-Channel Logout 1.0.

use http::StatusCode;
use url::Url;

use super::client;
use super::sign_out::sign_out;
use super::signed_in;
use crate::town::Browser;
use crate::town::ISSUER;
use crate::town::Tokens;
use crate::town::Town;

/// A town in which khai is signed in at `desk` and `mill`, which want to be told by frames.
async fn framed(town: &Town) -> (Browser, [Tokens; 2]) {
    let desk = "frontchannel_logout_uri = \"https://desk.example/out?x=1\"\n\
                post_logout_redirect_uris = [\"https://desk.example/bye\"]";
    let mill = "frontchannel_logout_uri = \"https://mill.example/out\"\nfrontchannel_logout_session_required = true";
    town.apply(&client("desk", "licences", desk)).await;
    town.apply(&client("mill", "appointments", mill)).await;
    let mut browser = town.browser();
    let tokens = town.rp("desk").tokens(&mut browser, &[]).await;
    let mill = town.rp("mill").tokens(&mut browser, &[]).await;
    (browser, [tokens, mill])
}

/// §3: the OP "renders an iframe with the src set to each" URI; §2: "any query parameters […] MUST be retained", and "If
/// either is included, both MUST be": `iss` and `sid`.
#[tokio::test]
async fn the_last_page_opens_a_frame_for_each_service_with_issuer_and_session() {
    let town = Town::new().await;
    let (mut browser, tokens) = framed(&town).await;
    let done = sign_out(&mut browser).await;
    assert_eq!((done.status, done.path().as_str()), (StatusCode::OK, "/logout/done"));
    let frames: Vec<Url> = done.frames().iter().map(|src| Url::parse(src).unwrap()).collect();
    assert_eq!(frames.len(), 2, "{}", done.body);
    let expected = ["https://desk.example", "https://mill.example"].into_iter().zip(&tokens);
    for (frame, (origin, tokens)) in frames.iter().zip(expected) {
        assert_eq!(frame.origin().ascii_serialization(), origin);
        let pairs: Vec<(String, String)> = frame.query_pairs().into_owned().collect();
        let kept = (origin == "https://desk.example").then(|| ("x".to_owned(), "1".to_owned()));
        let sid = tokens.claims()["sid"].as_str().unwrap().to_owned();
        let told = [("iss".to_owned(), ISSUER.to_owned()), ("sid".to_owned(), sid)];
        assert_eq!(pairs, kept.into_iter().chain(told).collect::<Vec<_>>());
    }
    assert!(!done.body.contains("http-equiv") && !done.body.contains("type=\"password\""), "{}", done.body);
    town.leave().await;
}

/// §4: frames must not be barred by our own policy, and nothing else may be framed.
#[tokio::test]
async fn the_policy_of_the_last_page_allows_these_frames_and_no_others() {
    let town = Town::new().await;
    let (mut browser, _) = framed(&town).await;
    let before = browser.open("/logout").await;
    assert!(!before.header("content-security-policy").unwrap().contains("frame-src"));
    let done = browser.fill(&before, &[]).await;
    let policy = done.header("content-security-policy").unwrap();
    assert!(policy.contains("; frame-src https://desk.example https://mill.example;"), "{policy}");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    town.leave().await;
}

/// RP-Initiated Logout §3: redirection "is performed after the OP has finished notifying the RPs"; without JavaScript.
#[tokio::test]
async fn the_page_moves_on_to_the_service_when_the_frames_had_their_time() {
    let town = Town::new().await;
    let (mut browser, tokens) = framed(&town).await;
    let query = format!(
        "/logout?id_token_hint={}&post_logout_redirect_uri=https://desk.example/bye&state=a%26b",
        tokens[0].id_token()
    );
    let page = browser.open(&query).await;
    let done = browser.fill(&page, &[]).await;
    assert_eq!((done.path().as_str(), done.frames().len()), ("/logout/done", 2));
    let onward = "https://desk.example/bye?state=a%26b";
    let by_itself = format!("<noscript><meta http-equiv=\"refresh\" content=\"2;url={onward}\"></noscript>");
    assert!(done.body.contains(&by_itself), "{}", done.body);
    assert!(done.body.contains(&format!("<a class=\"button\" href=\"{onward}\">")), "{}", done.body);
    town.leave().await;
}

/// §3: a service at which nobody signed in in this session is not framed, nor is one that is not left.
#[tokio::test]
async fn only_services_that_are_left_are_framed() {
    let town = Town::new().await;
    let (_elsewhere, _) = framed(&town).await;
    let mut browser = signed_in(&town).await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    assert!(sign_out(&mut browser).await.frames().is_empty());
    town.rp("mill").tokens(&mut browser, &[]).await;
    town.rp("desk").tokens(&mut browser, &[]).await;
    town.rp("clinic").tokens(&mut browser, &[]).await;
    let page = browser.open("/logout?client_id=mill").await;
    assert_eq!(page.boxes().len(), 2, "{}", page.body);
    let done = browser.fill(&page, &[("stay-0", "yes"), ("stay-1", "yes")]).await;
    assert_eq!(done.frames().len(), 1);
    assert!(done.frames()[0].starts_with("https://mill.example/out?iss="), "{:?}", done.frames());
    town.leave().await;
}

/// §2: "The domain, port, and scheme of this URL MUST be the same as that of a registered Redirection URI value."
#[tokio::test]
async fn a_frame_lies_at_the_origin_of_a_redirect_uri() {
    let town = Town::new().await;
    for wrong in [
        "https://evil.example/out",
        "https://desk.example:444/out",
        "http://desk.example/out",
        "javascript:alert(1)",
        "/out",
    ] {
        let toml = client("desk", "licences", &format!("frontchannel_logout_uri = \"{wrong}\""));
        let error = town.try_apply(&toml, false).await.unwrap_err();
        assert!(error.contains("frontchannel_logout_uri"), "{error}");
    }
    town.leave().await;
}

/// §3: every ID token has the `sid` that the frame names, whether or not the client asked for it.
#[tokio::test]
async fn id_tokens_of_all_clients_have_the_session() {
    let town = Town::new().await;
    let (mut browser, [desk, _]) = framed(&town).await;
    let portal = town.rp("portal").tokens(&mut browser, &[]).await;
    assert_eq!(desk.claims()["sid"], portal.claims()["sid"], "they are of one sector");
    assert!(desk.claims()["sid"].is_string());
    town.leave().await;
}

/// RP-Initiated Logout §3, §6 (open redirection): the last page of one browser leads another nowhere.
#[tokio::test]
async fn the_last_page_is_for_the_browser_that_was_signed_out() {
    let town = Town::new().await;
    let more = "frontchannel_logout_uri = \"https://framed.example/out\"\n\
                post_logout_redirect_uris = [\"https://framed.example/bye\"]";
    town.apply(&super::client("framed", "licences", more)).await;
    let mut browser = town.browser();
    let tokens = town.rp("framed").tokens(&mut browser, &[]).await;
    let hint = tokens.id_token();
    let bye = "https%3A%2F%2Fframed.example%2Fbye";
    let confirm = browser.open(&format!("/logout?id_token_hint={hint}&post_logout_redirect_uri={bye}")).await;
    let last = browser.fill(&confirm, &[]).await;
    assert!(last.body.contains("https://framed.example/bye"), "{}", last.body);
    let elsewhere = town.browser().open(&last.url).await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
    assert!(!elsewhere.body.contains("framed.example"), "{}", elsewhere.body);
    town.leave().await;
}
