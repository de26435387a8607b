//! Who leaves, who waits, who lost everything; and what happens when we fail.

use std::time::Duration;

use super::WRONG;
use motcua::flows::admin::people;
use motcua::parts::letters::Channel;
use motcua::parts::sessions::Reach;

use super::Walk;
use crate::crawl::said;
use crate::letters::KHAI;
use crate::store;
use crate::town::Browser;
use crate::town::PASSWORD;
use crate::town::Page;

/// The password that khai chooses after everything was lost.
pub const QUIET: &str = "a quiet river at night";

impl Walk {
    pub(super) async fn leaving(&self) {
        self.town.apply(&format!("[[people]]\nuser_name = \"cuc\"\npassword = \"{PASSWORD}\"\n")).await;
        let mut browser = self.signed_in("cuc").await;
        let mut tokens = Vec::new();
        for id in ["desk", "mill"] {
            tokens.push(self.rp(id).tokens(&mut browser, &[]).await);
        }
        let page = browser.open("/logout?client_id=mill").await;
        let done = browser.fill(&page, &[("stay-0", "yes"), ("stay-1", "yes")]).await;
        self.says(&done, "Bạn vẫn còn đăng nhập", "You are still signed in");
        let hint = tokens[0].id_token();
        let page = browser
            .open(&format!("/logout?id_token_hint={hint}&post_logout_redirect_uri=https://desk.example/bye"))
            .await;
        let done = browser.fill(&page, &[]).await;
        self.says(&done, "https://desk.example/bye", "https://desk.example/bye");
        let mut browser = self.signed_in("cuc").await;
        browser.open("/account/history").await;
        let page = browser.open("/logout").await;
        browser.fill(&page, &[]).await;
        browser.open("/logout/confirm").await;
    }

    /// Who guesses waits; pages that stood open for too long say so.
    pub(super) async fn waiting(&self) {
        self.town.clock.pass(Duration::from_secs(3600));
        let portal = self.rp("portal");
        let mut own = self.browser();
        let own_page = own.open("/sign-in").await;
        let mut guesser = self.browser();
        let second = self.second(&mut guesser).await;
        self.guess(&mut guesser, &second, &[("otp", "000000")]).await;
        let mut cuc = self.signed_in("cuc").await;
        let page = cuc.open("/account/password").await;
        self.guess(&mut cuc, &page, &[("current", "wrong"), ("new", "x")]).await;
        let page = guesser.open(&portal.url(&[])).await;
        self.guess(&mut guesser, &page, &WRONG).await;
        let mut late = self.browser();
        let page = late.open(&portal.url(&[])).await;
        self.town.clock.pass(Duration::from_secs(7200));
        self.says(&late.open(&page.url).await, "Trang này đã mở quá lâu", "This page was open for too long");
        late.fill(&page, &WRONG).await;
        own.fill(&own_page, &WRONG).await;
        guesser.open(&second.url).await;
    }

    /// Fills a form with what is wrong until the throttle asks for patience.
    async fn guess(&self, browser: &mut Browser, page: &Page, wrong: &[(&str, &str)]) {
        for _ in 0..50 {
            let told = browser.fill(page, wrong).await;
            if told.body.contains(said(self.lang, "Hãy đợi", "Wait ")) {
                return;
            }
        }
        panic!("nobody waits at {}", page.url);
    }

    /// The letters to khai about what was changed, each with a link that stops it.
    pub(super) async fn reading(&self) {
        let mut browser = self.browser();
        let mut read = 0;
        while let Some(mail) = self.town.mailbox().try_next_for(KHAI).await {
            if mail.text.contains("/stop?stop=") {
                browser.open(&mail.link()).await;
                read += 1;
            }
        }
        assert!(read >= 3, "{read}");
    }

    /// khai lost everything, and somebody else wants what is khai's.
    pub(super) async fn recovering(&self) {
        self.town.clock.pass(Duration::from_secs(3600));
        let mut browser = self.browser();
        let page = self.recover(&mut browser).await;
        self.says(&page, "hãy quay lại sau", "come back after");
        let stop = self.letter_with(&["yêu cầu lấy lại tài khoản"]).await.link();
        self.browser().open(&stop).await;
        self.town.bring(Channel::Sms).await; // who is told by one way is not told by every way
        self.town.clock.pass(Duration::from_secs(72 * 3600));
        let page = self.recover(&mut browser).await;
        browser.fill(&page, &[("new", "short")]).await;
        assert_eq!(browser.fill(&page, &[("new", QUIET)]).await.path(), "/recovery/done");
        browser.fill(&page, &[("new", "another quiet river")]).await;
        self.browser().open(&stop).await;
        self.town.clock.pass(Duration::from_secs(3600));
        self.recover(&mut browser).await;
        self.sees_recovery("Từ ", "From ").await;
        let stop = self.letter_with(&["yêu cầu lấy lại tài khoản"]).await.link();
        let page = browser.open(&stop).await;
        browser.fill(&page, &[]).await;
        browser.fill(&page, &[]).await;
        self.town.clock.pass(Duration::from_secs(3600));
        self.recover(&mut browser).await;
        self.letter_with(&["yêu cầu lấy lại tài khoản"]).await;
        self.town.clock.pass(Duration::from_secs(72 * 3600));
        let (mut own, stop) = self.sees_recovery("Từ nay đến ", "Now and until ").await;
        let page = own.submit("/stop", &[("stop", &stop)]).await;
        self.says(&page, "Đã dừng", "It is stopped");
        self.town.clock.pass(Duration::from_secs(3600));
        let page = browser.open("/recovery").await;
        let page = browser.fill(&page, &[("username", "khai"), ("way", "official")]).await;
        browser.fill(&page, &[("otp", "0000")]).await;
        for _ in 0..5 {
            browser.fill(&page, &[("otp", "0000")]).await;
        }
    }

    /// khai, who can sign in, sees at the account what somebody is about to do, and what stops it.
    async fn sees_recovery(&self, vi: &str, en: &str) -> (Browser, String) {
        let mut own = self.browser();
        let page = own.open("/sign-in").await;
        own.fill(&page, &[("username", "khai"), ("password", QUIET)]).await;
        let page = own.open("/account").await;
        self.says(&page, vi, en);
        let stop = page.body.split("name=\"stop\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (own, stop)
    }

    /// Asks for a code by mail, and enters it.
    async fn recover(&self, browser: &mut Browser) -> Page {
        let page = browser.open("/recovery").await;
        let page = browser.fill(&page, &[("username", "khai"), ("way", "mail")]).await;
        assert_eq!(page.path(), "/recovery/code", "{}", page.body);
        browser.fill(&page, &[("otp", "000000")]).await;
        let code = self.letter_with(&["nhập mã này", "Enter this code"]).await.code();
        let page = browser.fill(&page, &[("otp", &code)]).await;
        assert_eq!(page.path(), "/recovery/password", "{}", page.body);
        page
    }

    /// What those who run the system do to an account stands in its history.
    pub(super) async fn governed(&self) {
        self.town.clock.pass(Duration::from_secs(3600)); // the throttle's
        let (app, now) = (&self.town.app, self.town.app.clock.now());
        let em = |password: &str| {
            format!(
                "[[people]]\nuser_name = \"em\"\npassword = \"{password}\"\n[people.claims]\nname = \"Lê Văn Em\"\n\
                 gender = \"male\"\nemail = \"em@songlam.example\"\n"
            )
        };
        self.town.apply(&em("another horse another battery")).await;
        self.town.apply(&em(PASSWORD)).await;
        people::disable(app, "em", now).await.unwrap();
        people::enable(app, "em", now).await.unwrap();
        self.signed_in("em").await;
        people::sign_out(app, "em", Reach::Sessions, now).await.unwrap();
        let mut em = self.signed_in("em").await;
        for path in ["/account", "/account/history"] {
            em.open(path).await;
        }
        self.town.apply(&format!("[[people]]\nuser_name = \"hai\"\npassword = \"{PASSWORD}\"\n")).await;
        let mut alone = self.browser();
        let page = alone.open("/sign-in").await;
        alone.fill(&page, &[("username", "hai"), ("password", PASSWORD)]).await;
        alone.open("/consents").await;
        let mut own = self.browser();
        let page = own.open(&self.rp("portal").url(&[])).await;
        let page = own.fill(&page, &[("username", "khai"), ("password", QUIET)]).await;
        assert!(page.parameter("code").is_some(), "{}", page.body);
        own.open("/account/history").await;
    }

    /// The database breaks, then it is away.
    pub(super) async fn failing(&self) {
        self.town.apply(&format!("[[people]]\nuser_name = \"kim\"\npassword = \"{PASSWORD}\"\n")).await;
        let mut known = self.signed_in("kim").await;
        let mut browser = self.browser();
        let page = browser.open(&self.rp("portal").url(&[])).await;
        let own = browser.open("/sign-in").await;
        store::execute(&self.town.app.db, "DROP TABLE names").await;
        let broken = browser.sign_in(&page, "khai").await;
        assert_eq!(broken.status, 500, "{}", broken.body);
        self.town.app.db.close().await;
        assert_eq!(known.open("/account").await.status, 503);
        for page in [page, own] {
            let typed = [("username", "khai"), ("password", PASSWORD)];
            assert_eq!(browser.fill(&page, &typed).await.status, 503);
        }
    }
}
