//! Where a request came from: RFC 7239, counted from configured proxies alone. The throttle shows it: with no free tries
//! for a network, its second try has to wait, and another network's first has not.

use http::StatusCode;
use motcua::config::duration::Span;
use motcua::config::server::ProxyHeader;

use crate::town::Page;
use crate::town::Town;

/// The status of one try with a wrong password. The town's connections come from 192.0.2.7.
async fn try_from(town: &Town, headers: &[(&'static str, &str)]) -> StatusCode {
    let mut browser = town.browser();
    let page: Page = browser.open(&town.rp("portal").url(&[])).await;
    for (name, value) in headers {
        browser.headers.append(*name, value.parse().unwrap());
    }
    browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await.status
}

const HEARD: StatusCode = StatusCode::OK;
const WAIT: StatusCode = StatusCode::TOO_MANY_REQUESTS;

async fn behind_proxies(proxies: &[&str]) -> Town {
    behind_proxies_that_write(ProxyHeader::XForwardedFor, proxies).await
}

async fn behind_proxies_that_write(header: ProxyHeader, proxies: &[&str]) -> Town {
    Town::with(|config| {
        config.throttle.network = 1;
        config.throttle.longest_wait = Span::seconds(2);
        config.server.proxy_header = header;
        config.server.trusted_proxies = proxies.iter().map(|net| net.parse().unwrap()).collect();
    })
    .await
}

/// RFC 7239 §8.1: "The "Forwarded" HTTP header field cannot be relied upon to be correct": from strangers it says nothing.
#[tokio::test]
async fn a_stranger_cannot_say_that_it_is_somebody_else() {
    let town = behind_proxies(&["198.51.100.0/24"]).await;
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.113.1")]).await, HEARD);
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.114.1")]).await, WAIT);
    assert_eq!(try_from(&town, &[("forwarded", "for=203.0.115.1")]).await, WAIT);
    assert_eq!(try_from(&town, &[]).await, WAIT);
    town.leave().await;
}

/// RFC 7239 §5.2: "for": the last hop that is not a proxy of ours counts, whatever was written before it.
#[tokio::test]
async fn a_configured_proxy_says_who_called() {
    let town = behind_proxies(&["192.0.2.0/24", "10.0.0.0/8"]).await;
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.113.1")]).await, HEARD);
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.113.1")]).await, WAIT);
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.114.1")]).await, HEARD);
    // Invented hops in front change nothing, hops of ours behind are passed over.
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.115.1, 203.0.113.1")]).await, WAIT);
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.115.1, 203.0.113.1, 10.1.2.3")]).await, WAIT);
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.115.1"), ("x-forwarded-for", "203.0.113.1")]).await, WAIT);
    assert_eq!(try_from(&town, &[("x-forwarded-for", "203.0.115.1, 10.1.2.3")]).await, HEARD);
    town.leave().await;
}

/// RFC 7239 §8.1: a caller may have written the header that the proxy does not write, and each time another address.
#[tokio::test]
async fn what_the_proxy_does_not_write_is_the_callers_own() {
    let town = behind_proxies(&["192.0.2.0/24"]).await;
    let through = |own| [("forwarded", own), ("x-forwarded-for", "203.0.113.1")];
    assert_eq!(try_from(&town, &through("for=203.0.120.1")).await, HEARD);
    assert_eq!(try_from(&town, &through("for=203.0.121.1")).await, WAIT);
    town.leave().await;
}

/// RFC 7239 §4 and §6: `Forwarded`, with ports, brackets and quotes.
#[tokio::test]
async fn forwarded_is_read_with_ports_and_brackets() {
    let town = behind_proxies_that_write(ProxyHeader::Forwarded, &["192.0.2.0/24"]).await;
    assert_eq!(try_from(&town, &[("forwarded", "for=203.0.113.1;proto=https;by=192.0.2.7")]).await, HEARD);
    assert_eq!(try_from(&town, &[("forwarded", "For=\"203.0.113.9:4711\"")]).await, WAIT);
    assert_eq!(try_from(&town, &[("forwarded", "for=\"[2001:db8:1:2::1]:80\"")]).await, HEARD);
    assert_eq!(try_from(&town, &[("forwarded", "for=\"[2001:db8:1:2:3::4]\"")]).await, WAIT);
    let both = [("forwarded", "for=203.0.113.1"), ("x-forwarded-for", "203.0.120.1")];
    assert_eq!(try_from(&town, &both).await, WAIT);
    // What cannot be read is nobody's address: the proxy itself counts.
    assert_eq!(try_from(&town, &[("forwarded", "for=unknown")]).await, HEARD);
    assert_eq!(try_from(&town, &[("forwarded", "for=_hidden")]).await, WAIT);
    assert_eq!(try_from(&town, &[("forwarded", "for=203.0.121.1, nonsense")]).await, WAIT);
    assert_eq!(try_from(&town, &[]).await, WAIT);
    town.leave().await;
}
