//! Pages that cannot go on lead on: kept addresses, stale pages, another browser, bare addresses, errors.

use axum::body::Body;
use http::Method;
use http::Request;
use http::StatusCode;

use super::client;
use super::seconds;
use super::signed_in;
use crate::town::Page;
use crate::town::Town;

const BROWSER: &str = "__Host-motcua_browser";
const BEGIN: &str = "href=\"https://portal.example/begin?from=door&#38;iss=https%3A%2F%2Fid.example\"";

/// Where an error page leads first.
fn way_on(page: &Page) -> &str {
    let button = page.body.split("<a class=\"button\" ").nth(1).unwrap_or_else(|| panic!("no way on: {}", page.body));
    button.split(" id=").next().unwrap().split('>').next().unwrap()
}

/// A sign-in page that was kept as a bookmark, or sent to a friend, names its service: there one begins again.
#[tokio::test]
async fn a_kept_sign_in_page_leads_to_where_its_service_begins() {
    let town = Town::new().await;
    let page = town.browser().open(&town.rp("portal").url(&[])).await;
    for target in
        [page.url.clone(), page.url.replace("/login?", "/login/select?"), page.url.replace("/login?", "/consent?")]
    {
        let kept = town.browser().speaking("en").open(&target).await;
        assert_eq!(kept.status, StatusCode::BAD_REQUEST, "{target}");
        assert_eq!(way_on(&kept), BEGIN, "{target}");
        assert!(kept.body.contains("Start again at Sông Lam public service portal"), "{}", kept.body);
    }
    town.leave().await;
}

/// The same for a form that is sent from another browser, or from one that lost its cookies.
#[tokio::test]
async fn a_form_of_another_browser_leads_to_where_its_service_begins() {
    let town = Town::new().await;
    let mut browser = signed_in(&town).await;
    let consent = browser.open(&town.rp("portal").url(&[("prompt", "consent")])).await;
    browser.cookies.remove(BROWSER);
    let answer = browser.fill(&consent, &[("decision", "allow")]).await;
    assert_eq!((answer.status, way_on(&answer)), (StatusCode::BAD_REQUEST, BEGIN));
    town.leave().await;
}

/// A service without that address has a home page, or at least the site to which it wanted answers sent; what runs on the
/// person's own machine has neither, and no stranger's link stands on our page.
#[tokio::test]
async fn a_service_is_begun_again_at_what_it_registered() {
    let town = Town::new().await;
    town.apply(&client("library", "licences", "client_uri = \"https://library.example/welcome\"")).await;
    for (id, changes, expected) in [
        ("library", &[][..], "href=\"https://library.example/welcome\""),
        ("clinic", &[], "href=\"https://clinic.example/\""),
        ("app", &[("redirect_uri", "http://127.0.0.1:7/cb")], "href=\"/\""),
    ] {
        let page = town.browser().open(&town.rp(id).url(changes)).await;
        let kept = town.browser().open(&page.url).await;
        assert_eq!(way_on(&kept), expected, "{id}");
    }
    town.leave().await;
}

/// RFC 9126 §4: what was pushed is kept for a while, and counts once. A page that outlived it leads to the service as well.
#[tokio::test]
async fn a_page_that_outlived_what_was_pushed_leads_to_where_its_service_begins() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let portal = town.rp("portal");
    let pushed = portal.pushed(&[]).await;
    let url = portal.url_by_reference(&pushed);
    let page = browser.open(&url).await;
    assert_eq!(page.path(), "/login");
    town.clock.pass(seconds(86_400));
    let stale = browser.open(&page.url).await;
    assert_eq!((stale.status, way_on(&stale)), (StatusCode::BAD_REQUEST, BEGIN));
    // So does the request itself, which nobody may open any more.
    let stale = browser.open(&url).await;
    assert_eq!((stale.status, way_on(&stale)), (StatusCode::BAD_REQUEST, BEGIN));
    town.leave().await;
}

/// A bare address, typed by hand, is the way home and no mistake.
#[tokio::test]
async fn bare_pages_of_a_sign_in_lead_home() {
    let town = Town::new().await;
    for path in ["/login", "/login/select", "/consent", "/login?lang=en", "/error"] {
        let page = town.browser().request(Method::GET, path, None).await;
        assert_eq!((page.status, page.location().as_deref()), (StatusCode::SEE_OTHER, Some("/")), "{path}");
    }
    town.leave().await;
}

/// A request that must not be answered by redirect (RFC 6749 §4.1.2.1) leads back to the service that it names, and says to its
/// developer which parameter of which client is at fault, and what was given.
#[tokio::test]
async fn a_request_that_is_answered_by_a_page_names_client_and_parameter() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("vi");
    let page = browser.open(&town.rp("portal").url(&[("redirect_uri", "https://portal.example/old")])).await;
    assert_eq!((page.status, way_on(&page)), (StatusCode::BAD_REQUEST, BEGIN));
    let (before, fold) = page.body.split_once("<details").unwrap();
    for line in ["<dd>invalid_request</dd>", "<dd>portal</dd>", "<dd>redirect_uri = https://portal.example/old</dd>"] {
        assert!(fold.contains(line), "{line}: {fold}");
    }
    assert!(!before.contains("redirect_uri"), "nothing of it stands outside of the fold");
    let reference = before.split("<code>").nth(1).unwrap().split('<').next().unwrap();
    assert!(fold.contains(&format!("<dd>{reference}</dd>")), "{fold}");
    let unknown = browser.open(&town.rp("portal").url(&[("client_id", "nobody")])).await;
    assert_eq!(way_on(&unknown), "href=\"/\"");
    assert!(unknown.body.contains("<dd>client_id = nobody</dd>"), "{}", unknown.body);
    town.leave().await;
}

/// Fetch Metadata §2.3: what another site sends for the person is told as what it is, in the other language too, and leads home.
#[tokio::test]
async fn a_form_of_another_site_is_told_as_such() {
    let town = Town::new().await;
    let form = Request::post("/login").header("content-type", "application/x-www-form-urlencoded");
    let form = form.header("sec-fetch-site", "cross-site").header("accept-language", "en");
    let told = Page::read("/login", town.send(form.body(Body::from("login=x")).unwrap()).await).await;
    assert_eq!((told.status, way_on(&told)), (StatusCode::FORBIDDEN, "href=\"/\""));
    assert!(told.body.contains("Another website sent something that only our own pages may send"), "{}", told.body);
    let link = told.body.split("hreflang=\"vi\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let other = town.browser().open(&link.replace("&#38;", "&")).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    assert!(other.body.contains("<h1>Chúng tôi không làm theo yêu cầu của trang khác</h1>"), "{}", other.body);
    town.leave().await;
}

/// The other language is one click away on an error page too, and says of the same event: reference, reason and way on stay,
/// though a form led here that nobody would send again.
#[tokio::test]
async fn an_error_page_stays_the_same_in_the_other_language() {
    let town = Town::new().await;
    let mut browser = town.browser().speaking("vi");
    let wrong = browser.open(&town.rp("portal").url(&[("redirect_uri", "https://portal.example/old")])).await;
    let lost = browser.submit("/login", &[("login", "x"), ("username", "khai"), ("password", "x")]).await;
    let nowhere = browser.open("/nothing-here").await;
    for page in [wrong, lost, nowhere] {
        let reference = page.body.split("<code>").nth(1).unwrap().split('<').next().unwrap();
        let link = page.body.split("hreflang=\"en\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let other = browser.clone().open(&link.replace("&#38;", "&")).await;
        assert_eq!(other.status, page.status, "{}", other.body);
        assert!(other.body.contains("<html lang=\"en\">") && other.body.contains(reference), "{}", other.body);
        assert_eq!(way_on(&other).contains("portal.example"), way_on(&page).contains("portal.example"));
    }
    town.leave().await;
}
