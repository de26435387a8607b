//! Who opens an account, who is sent codes, and who closes the account and thinks again.

use std::time::Duration;

use super::Walk;
use super::leaving::QUIET;
use crate::letters::NUMBER;
use crate::opening;
use crate::opening::LAN;
use crate::opening::SECRET;
use crate::town::Browser;
use crate::town::PASSWORD;
use crate::town::Page;

impl Walk {
    /// Lan, who has no account.
    pub(super) async fn opening(&self) {
        let mut browser = self.browser();
        let page = browser.open("/open-account").await;
        browser.fill(&page, &[("address", LAN)]).await;
        opening::sent(&mut browser, "/open-account", &opening::form(&page, "no address")).await;
        let code_page = opening::ask(&mut browser, LAN).await;
        browser.fill(&code_page, &[("otp", "000000")]).await;
        let code = opening::letter(&self.town, LAN).await.code();
        let person = browser.fill(&code_page, &[("otp", &code)]).await;
        assert_eq!(person.path(), "/open-account/person", "{}", person.body);
        for fields in [["", "?", "12"], ["Trần Thị Lan", "khai", ""]] {
            let [name, user_name, number] = fields;
            browser.fill(&person, &[("name", name), ("username", user_name), ("number", number)]).await;
        }
        let key = opening::described(&mut browser, &person, "lan.tran").await;
        opening::challenge(&mut browser, &key).await;
        browser.fill(&key, &[("password", "short")]).await;
        browser.fill(&key, &[("password", SECRET)]).await;
        for path in ["/account", "/account/history"] {
            assert_eq!(browser.open(path).await.path(), path);
        }
        browser.fill(&code_page, &[("otp", &code)]).await;
        let late = browser.open("/open-account").await;
        self.town.clock.pass(Duration::from_secs(2 * 3600));
        browser.fill(&late, &[("address", LAN)]).await;
        for _ in 0..3 {
            browser.fill(&code_page, &[("otp", "000000")]).await;
        }
    }

    /// khai adds codes by SMS, and is asked for one.
    pub(super) async fn texting(&self) {
        let mut khai = self.browser();
        let page = khai.open(&self.rp("portal").url(&[])).await;
        khai.fill(&page, &[("username", "khai"), ("password", QUIET)]).await;
        let page = khai.open("/account/texts").await;
        let page = khai.fill(&page, &[]).await;
        khai.fill(&page, &[("otp", "000000")]).await;
        let page = khai.fill(&page, &[("otp", &self.texted().await)]).await;
        assert_eq!(page.path(), "/account/security", "{}", page.body);
        khai.open("/account/texts").await;
        for at in ["/sign-in".to_owned(), self.rp("portal").url(&[])] {
            let mut asked = self.browser();
            let page = asked.open(&at).await;
            let page = asked.fill(&page, &[("username", "khai"), ("password", QUIET)]).await;
            let page = asked.fill(&page, &[("text", "send")]).await;
            asked.fill(&page, &[("otp", "000000")]).await;
            for _ in 0..3 {
                asked.fill(&page, &[("text", "send")]).await; // there are five in an hour
            }
        }
        let page = khai.open("/account/texts").await;
        khai.fill(&page, &[]).await;
    }

    /// khai is written to in the other language, and in their own again.
    pub(super) async fn choosing_a_language(&self) {
        let mut khai = self.signed_in("khai").await;
        for lang in ["en", "vi"] {
            let page = khai.open("/account").await;
            let fields = [("confirm", page.hidden_value("confirm")), ("letters", lang.to_owned())];
            let page = opening::sent(&mut khai, "/account/language", &fields).await;
            assert!(page.body.contains("/account/language"), "{}", page.body);
        }
        khai.open("/account/history").await;
    }

    /// The digits of the next code that came to khai's telephone.
    async fn texted(&self) -> String {
        self.town.phone().next_code_for(NUMBER).await.1
    }

    /// hai closes the account, and keeps it after all.
    pub(super) async fn closing(&self) {
        let mut hai = self.signed_in("hai").await;
        let page = hai.open("/account/close").await;
        hai.fill(&page, &[("decision", "close")]).await;
        let (mut own, page) = self.comes_back("/sign-in").await;
        assert_eq!(page.path(), "/account/close", "{}", page.body);
        let (mut browser, page) = self.comes_back(&self.rp("portal").url(&[])).await;
        assert_eq!(page.path(), "/login/closing", "{}", page.body);
        browser.fill(&page, &[("decision", "keep")]).await;
        own.open("/account").await;
        own.open("/account/history").await;
    }

    async fn comes_back(&self, at: &str) -> (Browser, Page) {
        let mut browser = self.browser();
        let page = browser.open(at).await;
        let page = browser.fill(&page, &[("username", "hai"), ("password", PASSWORD)]).await;
        (browser, page)
    }
}
