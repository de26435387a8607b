//! "No page, header, timing or mail tells whether an account exists": only letters to the address itself differ.

use super::*;

/// A page without what is made anew for each.
fn bare(page: &Page, address: &str) -> String {
    let opening = page.parameter("opening").unwrap();
    let login = page.body.split("/open-account?login=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    page.body.replace(&opening, "OPENING").replace(&login, "LOGIN").replace(address, "ADDRESS")
}

#[tokio::test]
async fn an_address_that_has_an_account_gets_a_letter_instead_of_an_answer() {
    let town = town().await;
    let (khai, mut one, mut other) = ("khai@songlam.example", town.browser(), town.browser());
    let (known, unknown) = (ask(&mut one, khai).await, ask(&mut other, LAN).await);
    assert_eq!(bare(&known, khai), bare(&unknown, LAN));
    let headers = |page: &Page| page.headers.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
    assert_eq!((known.status, headers(&known)), (unknown.status, headers(&unknown)));
    let length = |page: &Page, address: &str| page.parameter("opening").unwrap().len() - address.len() * 4 / 3;
    assert!(length(&known, khai).abs_diff(length(&unknown, LAN)) < 4, "nothing else travels");
    let told = letter(&town, khai).await;
    assert_eq!(told.link(), "https://id.example/sign-in");
    assert!(told.text.contains("đã thuộc về tài khoản của bạn") && told.text.matches(char::is_numeric).count() < 6);
    assert_eq!(letter(&town, LAN).await.code().len(), 6);
    // Nobody reads its code.
    let answer = one.fill(&known, &[("otp", "000000")]).await;
    assert_eq!(answer.status, 400);
    town.leave().await;
}

#[tokio::test]
async fn a_code_has_three_tries_five_minutes_and_one_browser() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = ask(&mut browser, LAN).await;
    let code = letter(&town, LAN).await.code();
    let mut elsewhere = town.browser().speaking("en");
    elsewhere.open("/open-account").await;
    let refused = elsewhere.fill(&page, &[("otp", &code)]).await;
    assert!(refused.status == 400 && refused.body.contains("another device"), "{}", refused.body);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        let page = browser.fill(&page, &[("otp", wrong)]).await;
        assert!(page.body.contains("The code is not right"), "{}", page.body);
    }
    let over = browser.fill(&page, &[("otp", &code)]).await;
    assert!(over.status == 400 && over.body.contains("no longer works"), "{}", over.body);

    let page = ask(&mut browser, LAN).await;
    let code = letter(&town, LAN).await.code();
    town.clock.pass(Duration::from_secs(300));
    let over = browser.fill(&page, &[("otp", &code)]).await;
    assert!(over.body.contains("no longer works"), "{}", over.body);
    let again = over.body.split("href=\"/open-account?login=").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(browser.open(&format!("/open-account?login={again}")).await.status, 200);
    town.leave().await;
}

/// "five minutes, three tries": the form that was sent again asks for the same code, as old as it is.
#[tokio::test]
async fn a_form_that_is_sent_again_gives_its_code_neither_time_nor_tries() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/open-account").await;
    let form = form(&page, LAN);
    let asked = sent(&mut browser, "/open-account", &form).await;
    let code = letter(&town, LAN).await.code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        browser.fill(&asked, &[("otp", wrong)]).await;
    }
    for passes in [100, 206, 2000] {
        town.clock.pass(Duration::from_secs(passes));
        let asked = sent(&mut browser, "/open-account", &form).await;
        for typed in [wrong, &code] {
            let answer = browser.fill(&asked, &[("otp", typed)]).await;
            assert!(answer.status == 400 && answer.body.contains("no longer works"), "{}", answer.body);
        }
    }
    assert!(town.mailbox().try_next_for(LAN).await.is_none());
    let asked = ask(&mut browser, LAN).await;
    let code = letter(&town, LAN).await.code();
    assert_eq!(browser.fill(&asked, &[("otp", &code)]).await.path(), "/open-account/person");
    town.leave().await;
}

#[tokio::test]
async fn what_is_no_address_is_told() {
    let town = town().await;
    let mut browser = town.browser().speaking("en");
    for address in ["", "lan", "lan@", "12", "lan@dongnoi", "lan@a.example,an@b.example"] {
        let page = ask(&mut browser, address).await;
        assert!(page.status == 400 && page.body.contains("This address is not right"), "{address}: {}", page.body);
    }
    town.leave().await;
}

/// Each page is for the one before: no page takes what another one carries.
#[tokio::test]
async fn no_page_is_skipped() {
    let town = town().await;
    let mut browser = town.browser();
    let page = ask(&mut browser, LAN).await;
    let asked = page.hidden_value("opening");
    let fields = [("opening", asked.as_str()), ("name", "Lan"), ("password", SECRET)];
    for path in ["/open-account/person", "/open-account/key"] {
        assert_eq!(browser.submit(path, &fields).await.status, 400, "{path}");
    }
    let code = letter(&town, LAN).await.code();
    let reached = browser.fill(&page, &[("otp", &code)]).await.hidden_value("opening");
    let fields = [("opening", reached.as_str()), ("password", SECRET), ("otp", &code)];
    for path in ["/open-account/code", "/open-account/key"] {
        assert_eq!(browser.submit(path, &fields).await.status, 400, "{path}");
    }
    assert_eq!(opened(&town).await, 0);
    town.leave().await;
}
