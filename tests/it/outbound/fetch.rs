//! What the guarded fetcher opens, and what it does not.

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use motcua::outbound::Expect;
use motcua::outbound::Fetch;
use motcua::outbound::Request;
use motcua::outbound::Unreachable;
use motcua::outbound::fetch::Guarded;
use motcua::outbound::fetch::PATIENCE;

use super::peer::Peer;

fn answer(status: &str, headers: &str, body: &[u8]) -> Option<Vec<u8>> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Some([head.as_bytes(), body].concat())
}

fn table(request: &str) -> Option<Vec<u8>> {
    const JSON: &str = "content-type: application/json\r\n";
    let path = request.split(' ').nth(1)?;
    match path {
        "/json" => answer("200 OK", JSON, b"{}"),
        "/jwks" => answer("200 OK", "content-type: application/jwk-set+json; charset=utf-8\r\n", b"{}"),
        "/html" => answer("200 OK", "content-type: text/html\r\n", b"{}"),
        "/untyped" => answer("200 OK", "", b"{}"),
        "/moved" => answer("302 Found", "location: /json\r\n", b""),
        "/gone" => answer("404 Not Found", JSON, b"{}"),
        "/largest" => answer("200 OK", JSON, &vec![b' '; 256 * 1024]),
        "/larger" => answer("200 OK", JSON, &vec![b' '; 256 * 1024 + 1]),
        "/echo" => answer("200 OK", JSON, request.as_bytes()),
        "/silent" => None,
        _ => answer("404 Not Found", "", b""),
    }
}

/// A fetcher for which this machine is outside.
fn allowed(peer: &Peer) -> Guarded {
    motcua::cli::choose_tls_provider();
    let loopback: [IpNet; 2] = ["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    Guarded::new(&loopback, Some(&peer.ca), PATIENCE).unwrap()
}

async fn get(fetch: &Guarded, peer: &Peer, path: &str, expect: Expect) -> Result<Vec<u8>, Unreachable> {
    fetch.send(Request::get("rp", &peer.url(path), expect)).await.map(|response| response.body)
}

#[tokio::test]
async fn json_is_taken_where_its_type_says_so() {
    let peer = Peer::answering(table).await;
    let fetch = allowed(&peer);
    assert_eq!(get(&fetch, &peer, "/json", Expect::Json).await.unwrap(), b"{}");
    assert_eq!(get(&fetch, &peer, "/jwks", Expect::Json).await.unwrap(), b"{}");
    for path in ["/html", "/untyped"] {
        assert!(matches!(get(&fetch, &peer, path, Expect::Json).await, Err(Unreachable::Unusable(_))), "{path}");
        assert_eq!(get(&fetch, &peer, path, Expect::Jwt).await.unwrap(), b"{}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed_and_errors_are_no_answers() {
    let peer = Peer::answering(table).await;
    let fetch = allowed(&peer);
    assert_eq!(get(&fetch, &peer, "/moved", Expect::Json).await, Err(Unreachable::Status(302)));
    assert_eq!(get(&fetch, &peer, "/gone", Expect::Json).await, Err(Unreachable::Status(404)));
    assert_eq!(peer.requests(), 2);
}

#[tokio::test]
async fn an_answer_over_256_kib_is_given_up() {
    let peer = Peer::answering(table).await;
    let fetch = allowed(&peer);
    assert_eq!(get(&fetch, &peer, "/largest", Expect::Json).await.unwrap().len(), 256 * 1024);
    assert!(matches!(get(&fetch, &peer, "/larger", Expect::Json).await, Err(Unreachable::Unusable(_))));
}

#[tokio::test]
async fn a_name_that_resolves_to_this_machine_is_refused_unless_the_operator_lists_it() {
    let peer = Peer::answering(table).await;
    motcua::cli::choose_tls_provider();
    for listed in [vec![], vec!["10.0.0.0/8".parse().unwrap()]] {
        let fetch = Guarded::new(&listed, Some(&peer.ca), PATIENCE).unwrap();
        assert!(matches!(get(&fetch, &peer, "/json", Expect::Json).await, Err(Unreachable::Refused(_))), "{listed:?}");
    }
    assert_eq!(peer.requests(), 0);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let peer = Peer::answering(table).await;
    let another = Peer::answering(table).await;
    let fetch = allowed(&another);
    assert!(matches!(get(&fetch, &peer, "/json", Expect::Json).await, Err(Unreachable::Failed(_))));
    assert_eq!(peer.requests(), 0);
}

#[tokio::test]
async fn a_peer_that_stays_silent_is_given_up() {
    let peer = Peer::answering(table).await;
    motcua::cli::choose_tls_provider();
    let loopback = ["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    let fetch = Guarded::new(&loopback, Some(&peer.ca), Duration::from_millis(300)).unwrap();
    let Err(Unreachable::Failed(why)) = get(&fetch, &peer, "/silent", Expect::Json).await else { panic!("an answer") };
    assert!(why.contains("timed out"), "{why}");
    assert!(PATIENCE < *motcua::config::Config::default().server.deadline, "its own words come before the last ones");
}

#[tokio::test]
async fn a_slow_peer_holds_up_nobody_else() {
    let slow = Peer::answering(table).await;
    let quick = slow.neighbour(table).await;
    let fetch = Arc::new(allowed(&slow));
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (url, fetch) = (slow.url("/silent"), Arc::clone(&fetch));
        waiting.spawn(async move { fetch.send(Request::get("unlucky", &url, Expect::Json)).await });
        match n {
            0..8 => slow.asked.notified().await,
            _ => tokio::task::yield_now().await, // it waits for its turn
        }
    }
    let at = async |whom, url: String| fetch.send(Request::get(whom, &url, Expect::Json)).await.map(|_| ());
    assert_eq!(at("unlucky", quick.url("/json")).await, Ok(()), "the same party elsewhere on this host");
    assert_eq!(at("lucky", quick.url("/json")).await, Ok(()), "another party elsewhere");
    assert_eq!(at("lucky", slow.url("/json")).await, Ok(()), "another party there");
    assert_eq!((slow.requests(), waiting.try_join_next().is_none()), (9, true), "the others wait still");
    waiting.abort_all();
}

#[tokio::test]
async fn a_turn_that_ends_is_the_next_ones() {
    let peer = Peer::answering(table).await;
    let fetch = Arc::new(allowed(&peer));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (url, fetch) = (peer.url("/silent"), Arc::clone(&fetch));
        waiting.spawn(async move { fetch.send(Request::get("rp", &url, Expect::Json)).await });
        peer.asked.notified().await;
    }
    let next = get(&fetch, &peer, "/json", Expect::Json);
    let (next, ()) = tokio::join!(next, async { waiting.abort_all() });
    assert_eq!(next.unwrap(), b"{}");
}

#[tokio::test]
async fn a_form_and_a_token_arrive_as_they_are_given() {
    let peer = Peer::answering(table).await;
    let fetch = allowed(&peer);
    let form = [("logout_token", "a.b+c")];
    let token = motcua::base::secret::Secret::new("secret".to_owned());
    let url = peer.url("/echo");
    let request = Request { form: Some(&form), bearer: Some(&token), ..Request::get("rp", &url, Expect::Json) };
    let echo = String::from_utf8(fetch.send(request).await.unwrap().body).unwrap().to_lowercase();
    assert!(echo.starts_with("post /echo"), "{echo}");
    assert!(echo.contains("authorization: bearer secret") && echo.ends_with("logout_token=a.b%2bc"), "{echo}");
    assert_eq!(fetch.send(Request::post("rp", &url, &form)).await.unwrap().body, b"");
}
