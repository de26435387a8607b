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

/// Who stands in a register has an account, whichever way they came into it: their address and their verified number are told
/// so, and a number that is theirs no more is anybody's.
#[tokio::test]
async fn an_address_or_a_number_of_somebody_in_a_register_has_an_account_already() {
    let town = town().await;
    let told = async |number: &str| {
        assert_eq!(ask(&mut town.browser(), number).await.path(), "/open-account/code");
        message(&town, number).await.contains("https://id.example/sign-in")
    };
    let hoa = |phone: &str, verified: bool| {
        format!(
            "[[people]]\nuser_name = \"hoa\"\npassword = \"{}\"\nclaims = {{ email = \"hoa@songlam.example\", \
             phone_number = \"{phone}\", phone_number_verified = {verified} }}\n",
            crate::town::PASSWORD
        )
    };
    // Who changed is told of it, at the former number too.
    let apply = async |phone: &str, verified: bool| {
        town.apply(&hoa(phone, verified)).await;
        for number in ["+84912000777", "+84912000778", "+84912000779", crate::letters::NUMBER] {
            while town.phone().try_next_for(number).await.is_some() {}
        }
    };
    assert!(told(crate::letters::NUMBER).await, "of who was declared");
    apply("0912 000 777", true).await;
    assert!(told("+84912000777").await, "however it is written");
    assert_eq!(ask(&mut town.browser(), "hoa@songlam.example").await.path(), "/open-account/code");
    assert!(letter(&town, "hoa@songlam.example").await.text.contains("đã thuộc về tài khoản"));
    apply("+84912000778", true).await;
    assert!(!told("+84912000777").await && told("+84912000778").await, "another number");
    apply("+84912000778", false).await;
    assert!(!told("+84912000778").await, "nobody verified it");
    apply("+84912000412", true).await; // khai's: in a family several may have one
    apply("+84912000779", true).await;
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let fields = [("username", "+84912000779"), ("password", crate::town::PASSWORD)];
    assert!(browser.fill(&page, &fields).await.parameter("code").is_none(), "it is no name to sign in with");
    assert!(told("+84912000779").await);
    motcua::flows::admin::people::remove(&town.app, "hoa", town.app.clock.now()).await.unwrap();
    assert!(!told("+84912000779").await, "nobody has it");

    // Stored by a version that looked nobody up by numbers.
    let khai = motcua::flows::admin::people::show(&town.app, "khai", town.app.clock.now()).await.unwrap().unwrap();
    let digest = motcua::parts::verified_phones::digest_of(&town.app, &khai.data).unwrap();
    assert_eq!(motcua::store::names::whose(&town.app.db, &digest).await.unwrap(), Some(khai.row.id));
    crate::store::execute(&town.app.db, "DELETE FROM names").await;
    assert!(!told(crate::letters::NUMBER).await);
    motcua::jobs::verified_phones::run(std::sync::Arc::clone(&town.app)).await.unwrap();
    assert!(told(crate::letters::NUMBER).await, "gone over");
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
        assert!(page.status == 400 && page.body.contains("neither an email nor a phone"), "{address}: {}", page.body);
    }
    town.leave().await;
}

/// Who reads in another language what was refused is told why once more, there.
#[tokio::test]
async fn a_page_that_refused_an_address_says_so_in_the_other_language_too() {
    let town = Town::with_post(|config| config.accounts.open = true).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/open-account").await;
    let other = |page: &Page| {
        let link = page.body.split("href=\"").map(|rest| rest.split('"').next().unwrap());
        link.filter(|link| link.contains("lang=vi")).map(|link| link.replace("&amp;", "&").replace("&#38;", "&")).next()
    };
    let vietnamese = browser.open(&other(&page).unwrap()).await;
    assert!(!vietnamese.body.contains("role=\"alert\""), "nothing was refused: {}", vietnamese.body);
    let mut browser = town.browser().speaking("en");
    for (address, english, says) in [
        ("lan@", "neither an email nor a phone", "không phải là email hoặc số điện thoại"),
        (LAN, "Wait 20 seconds", "Hãy đợi 20 giây"),
    ] {
        let page = browser.open("/open-account?lang=en").await;
        let refused = browser.fill(&page, &[("address", address)]).await;
        assert!(refused.body.contains(english), "{}", refused.body);
        let again = browser.open(&other(&refused).unwrap()).await;
        assert!(again.status == 200 && again.body.contains("role=\"alert\""), "{}", again.body);
        assert!(again.body.contains(says), "{}", again.body);
        let english_again =
            browser.open(&other(&again).unwrap_or_else(|| "/open-account?why=many&lang=en".to_owned())).await;
        assert!(english_again.body.contains("role=\"alert\""), "{}", english_again.body);
    }
    assert!(!browser.open("/open-account?why=%3Cb%3E&lang=en").await.body.contains("role=\"alert\""));
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
