//! Every sign-in and disclosure, for five years, in pages.

use std::time::Duration;

use motcua::config::tokens::Tokens;

use super::desk;
use super::on_a_phone;
use super::sign_in;
use super::signed_in;
use crate::town::Browser;
use crate::town::Page;
use crate::town::Town;

const DAY: u64 = 86_400;

/// Lines of a page: what, where, what was given, and when.
fn lines(page: &Page) -> Vec<String> {
    let items = page.body.split("<li class=\"row\"><div>").skip(1).filter_map(|rest| rest.split("</div>").next());
    items.map(|item| item.split('<').filter_map(|part| part.split('>').next_back()).collect::<String>()).collect()
}

fn earlier(page: &Page) -> Option<String> {
    let href = page.body.split("id=\"earlier\" href=\"").nth(1)?.split('"').next()?;
    Some(href.replace("&#38;", "&").replace("&amp;", "&"))
}

/// All pages from one on.
async fn all(browser: &mut Browser, url: &str) -> Vec<Vec<String>> {
    let (mut pages, mut next) = (Vec::new(), Some(url.to_owned()));
    while let Some(url) = next {
        let page = browser.open(&url).await;
        assert_eq!(page.path(), "/account/history");
        pages.push(lines(&page));
        next = earlier(&page);
        assert!(pages.len() < 100, "it never ends");
    }
    pages
}

fn count(pages: &[Vec<String>], what: &str) -> usize {
    pages.iter().flatten().filter(|line| line.starts_with(what)).count()
}

/// "the history of every sign-in and disclosure, five years".
#[test]
fn five_years_are_kept_unless_the_operator_chooses_otherwise() {
    assert!(*Tokens::default().history >= Duration::from_secs(5 * 365 * DAY));
}

#[tokio::test]
async fn every_sign_in_and_disclosure_stands_there_with_its_service() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    town.clock.pass(Duration::from_secs(60));
    town.rp("clinic").tokens(&mut browser, &[]).await;
    let page = browser.open("/account/history").await;
    let lines = lines(&page);
    assert_eq!(lines.len(), 3, "{lines:?}");
    let received = "Received information about you · Tâm An appointments May receive: full name, date of birth, gender, \
         email, picture, other details of your profile. Purpose: booking an appointment 10:01 24/11/2026";
    assert!(lines.iter().any(|line| line == received), "{lines:?}");
    assert!(lines.contains(&"You agreed to share · Tâm An appointments 10:01 24/11/2026".to_owned()), "{lines:?}");
    assert_eq!(lines[2], "Signed in 10:00 24/11/2026");
    assert_eq!(earlier(&page), None);
    let vietnamese = browser.open("/account/history?lang=vi").await;
    assert!(vietnamese.body.contains("Đã nhận thông tin của bạn") && vietnamese.body.contains("Được nhận: họ và tên"));
    town.leave().await;
}

/// "from which device": whoever reads it knows whether it was them.
#[tokio::test]
async fn a_sign_in_names_its_device_where_it_is_known() {
    let town = Town::new().await;
    let mut browser = on_a_phone(&town, "khai").await;
    let lines = lines(&browser.open("/account/history").await);
    assert_eq!(lines, ["Signed in Chrome · Android 10:00 24/11/2026"]);
    let mut other = signed_in(&town, "khai").await;
    assert!(self::lines(&other.open("/account/history").await).contains(&"Signed in 10:00 24/11/2026".to_owned()));
    town.leave().await;
}

/// Nothing is lost between pages, and nothing stands there twice.
#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    for n in 0..35 {
        if n % 9 == 0 {
            town.clock.pass(Duration::from_secs(600));
        }
        let portal = town.rp("portal");
        let page = browser.open(&portal.url(&[("prompt", "login")])).await;
        let code = browser.sign_in(&page, "khai").await.parameter("code").unwrap();
        assert_eq!(portal.redeem(&code, &[]).await.status, 200);
    }
    let pages = all(&mut browser, "/account/history").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 21]);
    assert_eq!((count(&pages, "Signed in"), count(&pages, "Received")), (36, 35));
    town.leave().await;
}

/// "searchable by service and month".
#[tokio::test]
async fn it_is_looked_up_by_service_and_month() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    town.rp("clinic").tokens(&mut browser, &[]).await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    town.live(Duration::from_secs(40 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    town.rp("portal").tokens(&mut browser, &[]).await;
    let seen = async |browser: &mut Browser, query: &str| {
        let pages = all(browser, &format!("/account/history?{query}")).await;
        (count(&pages, "Signed in"), count(&pages, "Received"), count(&pages, ""))
    };
    assert_eq!(seen(&mut browser, "").await, (2, 3, 6));
    assert_eq!(seen(&mut browser, "month=2026-11").await, (1, 2, 4));
    assert_eq!(seen(&mut browser, "month=01%2F2027").await, (1, 1, 2));
    assert_eq!(seen(&mut browser, "month=2026-12").await, (0, 0, 0));
    assert_eq!(seen(&mut browser, "client=portal").await, (0, 2, 2));
    assert_eq!(seen(&mut browser, "client=portal&month=2026-11").await, (0, 1, 1));
    assert_eq!(seen(&mut browser, "client=clinic&month=&before=").await, (0, 1, 2));
    assert_eq!(seen(&mut browser, "client=nobody").await, (0, 0, 0));
    assert_eq!(seen(&mut browser, "month=never&before=x&client=").await, (2, 3, 6));
    assert_eq!(seen(&mut browser, "month=1902-01").await, (0, 0, 0));
    let page = browser.open("/account/history?month=2026-12").await;
    assert!(page.body.contains("There is nothing from 01/12/2026 to 31/12/2026"), "{}", page.body);
    let page = browser.open("/account/history?client=clinic").await;
    assert!(page.body.contains("<option value=\"clinic\" selected>Tâm An appointments"), "{}", page.body);
    town.leave().await;
}

/// A service with lasting access may receive it all again while the person is away: each month between the first and the last use
/// finds it, and the line says until when.
#[tokio::test]
async fn lasting_access_is_found_in_every_month_until_it_was_last_used() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    let clinic = town.rp("clinic").with_scope("openid email offline_access");
    let mut token = clinic.tokens(&mut browser, &[]).await.refresh_token().to_owned();
    town.rp("portal").tokens(&mut browser, &[]).await;
    for _ in 0..3 {
        town.live(Duration::from_secs(25 * DAY)).await;
        token = crate::town::Tokens(clinic.refresh(&token, &[]).await.json()).refresh_token().to_owned();
    }
    town.live(Duration::from_secs(60 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    let received = async |browser: &mut Browser, query: &str| {
        let pages = all(browser, &format!("/account/history?{query}")).await;
        pages.into_iter().flatten().filter(|line| line.starts_with("Received")).collect::<Vec<_>>()
    };
    // Given on 24 November 2026, last used on 7 February 2027.
    for (query, found) in [
        ("month=2026-10", 0),
        ("month=2026-11&client=clinic", 1),
        ("month=2026-12", 1),
        ("month=2026-12&client=portal", 0),
        ("month=2027-01&client=clinic", 1),
        ("month=2027-02", 1),
        ("month=2027-03", 0),
        ("client=clinic", 1),
        ("", 2),
    ] {
        let lines = received(&mut browser, query).await;
        assert_eq!(lines.len(), found, "{query}: {lines:?}");
        let lasting = lines.iter().filter(|line| line.contains("May have received it again until 07/02/2027."));
        assert_eq!(lasting.count(), usize::from(found > 0), "{query}: {lines:?}");
    }
    let page = browser.open("/account/history?month=2027-01&lang=vi").await;
    assert!(page.body.contains("Có thể đã nhận lại cho đến 07/02/2027."), "{}", page.body);
    town.leave().await;
}

/// What happened long ago is found by going on, however quiet the time between was; what is older than is kept is not.
#[tokio::test]
async fn quiet_years_are_walked_through() {
    let town = Town::new().await;
    signed_in(&town, "khai").await;
    town.live(Duration::from_secs(900 * DAY)).await;
    let mut browser = signed_in(&town, "khai").await;
    let pages = all(&mut browser, "/account/history").await;
    assert_eq!((pages.len(), count(&pages, "Signed in")), (3, 2), "{pages:?}");
    assert_eq!(pages[1], [""; 0]);
    town.live(Duration::from_secs(1000 * DAY)).await;
    sign_in(&mut browser, "khai").await;
    let pages = all(&mut browser, "/account/history").await;
    assert_eq!(count(&pages, "Signed in"), 2, "{pages:?}");
    town.leave().await;
}

/// A service that is no more, or is another one of that name, is not called by the other one's name.
#[tokio::test]
async fn what_a_service_of_former_times_received_is_not_the_present_ones() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    town.apply(&desk("Former")).await;
    town.rp("desk").tokens(&mut browser, &[]).await;
    town.clock.pass(Duration::from_secs(1));
    town.try_apply(crate::town::DECLARATION, true).await.unwrap();
    town.apply(&desk("Present")).await;
    let text = lines(&browser.open("/account/history").await).join("\n");
    assert!(text.contains("no longer connected (desk)") && !text.contains("Present"), "{text}");
    town.leave().await;
}

/// Nobody reads another's, whatever the address says.
#[tokio::test]
async fn everybody_reads_their_own_alone() {
    let town = Town::new().await;
    let (mut khai, mut an) = (signed_in(&town, "khai").await, signed_in(&town, "an").await);
    town.rp("clinic").tokens(&mut khai, &[]).await;
    for query in ["", "client=clinic", "month=2026-11", "before=ffffffff-ffff-7fff-bfff-ffffffffffff"] {
        let text = lines(&an.open(&format!("/account/history?{query}")).await).join("\n");
        assert!(!text.contains("Received") && !text.contains("agreed"), "{query}: {text}");
    }
    town.leave().await;
}
