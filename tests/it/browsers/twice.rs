//! Two tabs, two clicks, and the way back, in Chromium.

use super::Elsewhere;
use super::ways_back::CHALLENGE;
use super::ways_back::asks;
use super::ways_back::declaration;
use super::ways_back::reached;
use crate::demo::chrome::Chrome;
use crate::peers::network;
use crate::peers::serving::Serving;
use crate::town::PASSWORD;

/// A request that the service pushed.
async fn pushed(provider: &Serving, service: &Elsewhere) -> String {
    let parameters = format!(
        "response_type=code&client_id=far0&scope=openid%20profile&redirect_uri={}/cb&{CHALLENGE}",
        service.origin
    );
    let push = network::client(None)
        .post(format!("{}/par", provider.issuer))
        .header("content-type", "application/x-www-form-urlencoded");
    let push = push.basic_auth("far0", Some("a-secret-of-a-test-that-is-long-enough")).body(parameters);
    let answer: serde_json::Value = push.send().await.unwrap().json().await.unwrap();
    let request_uri = answer["request_uri"].as_str().unwrap_or_else(|| panic!("{answer}"));
    format!("{}/authorize?client_id=far0&request_uri={request_uri}", provider.issuer)
}

/// RFC 9126 §4: a person who clicks twice because the line is slow arrives, at the sign-in and at the consent.
#[tokio::test(flavor = "multi_thread")]
async fn who_clicks_twice_after_a_pushed_request_arrives() {
    let Some(chrome) = Chrome::start().await else { return };
    let service = Elsewhere::at("127.0.0.1:0", "localhost", None).await;
    let provider = Serving::with(&declaration(&[&service]));
    let tab = chrome.fresh_tab(360).await;
    tab.open(&pushed(&provider, &service).await).await;
    tab.enter("[name=username]", "khai").await;
    tab.enter("[name=password]", PASSWORD).await;
    tab.follow_twice("form button[type=submit]").await;
    assert_eq!(tab.path().await, "/consent");
    tab.follow_twice("#allow").await;
    assert!(tab.url().await.starts_with(&format!("{}/cb?code=", service.origin)), "{}", tab.url().await);
    tab.complaints(); // of the load that the second click broke off
    tab.close().await;
    chrome.quit().await;
}

/// Who signed in in one tab is signed in in the other: a reload goes on, and so does the way back to what was asked there.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_goes_on_by_a_reload() {
    let Some(chrome) = Chrome::start().await else { return };
    let services =
        [Elsewhere::at("127.0.0.1:0", "localhost", None).await, Elsewhere::at("127.0.0.1:0", "127.0.0.1", None).await];
    let provider = Serving::with(&declaration(&services.each_ref()));
    let [first, second] = chrome.two_tabs(360).await;
    first.open(&asks(&provider, 0, &services[0], "")).await;
    second.open(&asks(&provider, 1, &services[1], "")).await;
    first.to_front().await;
    first.sign_in("khai", PASSWORD).await;
    first.follow("#allow").await;
    reached(&first, &services[0].origin).await;
    second.to_front().await;
    second.reload().await;
    assert_eq!(second.path().await, "/consent", "nobody asks for the password again");
    second.follow("#allow").await;
    reached(&second, &services[1].origin).await;
    second.back().await;
    assert_eq!(second.count("[name=password]").await, 0, "at {}", second.url().await);
    first.close().await;
    second.close().await;
    chrome.quit().await;
}
