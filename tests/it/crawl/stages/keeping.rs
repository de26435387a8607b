//! What people prove themselves with: added, used, refused, taken back.

use std::time::Duration;

use motcua::identity::assurance::Level;

use super::Walk;
use crate::credentials::proof;
use crate::store;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::PRESENT;
use crate::town::code;
use crate::town::from_base32;

impl Walk {
    /// What people add, change and are refused.
    pub(super) async fn credentials(&self) {
        self.town.clock.pass(Duration::from_secs(3600)); // the throttle's
        let (mut browser, mut an) = (self.signed_in("khai").await, self.signed_in("an").await);
        let mut device = Device::new();
        let page = browser.open("/account/passkeys/add").await;
        let (options, ceremony) = browser.challenge_to_make(&page).await;
        let (confirm, made) = (page.hidden_value("confirm"), device.make(&options));
        self.town.clock.pass(Duration::from_secs(301));
        let late = [("confirm", &*confirm), ("ceremony", &ceremony), ("passkey", &made)];
        let page = browser.submit("/account/passkeys", &late).await;
        self.says(&page, "Trang này", "This page was open for too long");
        device.flags = PRESENT;
        assert_eq!(browser.enrol(&mut device).await.status, 400, "nobody was verified");
        let mut device = Device::new();
        self.passkey(&mut browser, &mut device).await;
        let own = device.handle.clone();
        assert_eq!(an.enrol(&mut device).await.status, 400, "it is khai's");
        device.handle = own;
        for _ in 0..20 {
            self.passkey(&mut an, &mut Device::new()).await;
        }
        assert_eq!(an.enrol(&mut Device::new()).await.status, 400, "no more than twenty");
        self.app(&mut browser).await;
        self.passwords(&mut browser).await;
        let page = browser.open("/account/recovery-codes").await;
        let stale = [("confirm", &*page.hidden_value("confirm")), ("offer", "unreadable")];
        browser.submit("/account/recovery-codes", &stale).await;
        let codes = browser.fill(&page, &[]).await;
        let code = codes.body.split("<code>").nth(1).unwrap().split('<').next().unwrap();
        code.clone_into(&mut self.paper.lock().unwrap());
        browser.open("/account/security").await;
        let mut again = self.browser();
        let page = again.open(&self.rp("portal").url(&[])).await;
        assert!(again.use_passkey(&page, &mut device).await.parameter("code").is_some());
        again.open("/account/security").await;
    }

    /// An authenticator app that is added in two tabs.
    async fn app(&self, browser: &mut Browser) {
        let other = browser.open("/account/totp").await;
        browser.fill(&other, &[("otp", "000000")]).await;
        browser.submit("/account/totp", &[("confirm", &other.hidden_value("confirm")), ("offer", "unreadable")]).await;
        browser.add_app(self.town.app.clock.now()).await;
        let text = other.body.split("<code id=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
        let code = code(&from_base32(text), self.town.app.clock.now());
        let page = browser.fill(&other, &[("otp", &code)]).await;
        self.says(&page, "Bạn đã có ứng dụng", "You have an authenticator app already");
    }

    async fn passwords(&self, browser: &mut Browser) {
        let long = "x".repeat(257);
        for (current, new) in [
            (PASSWORD, "short"),
            (PASSWORD, long.as_str()),
            (PASSWORD, "a\u{200b}nother horse battery"),
            (PASSWORD, "123456789012345"),
            (PASSWORD, "Nguyễn Thị Minh Khai"),
            ("wrong", "another horse another battery"),
        ] {
            let page = browser.open("/account/password").await;
            let page = browser.fill(&page, &[("current", current), ("new", new)]).await;
            assert_eq!(page.status, 400, "{new}: {}", page.body);
        }
    }

    /// More than a password, because a service wants it or because there is more.
    pub(super) async fn stepping_up(&self) {
        let portal = self.rp("portal");
        let mut browser = self.browser();
        let page = browser.open(&portal.url(&[])).await;
        let page = browser.sign_in(&page, "khai").await;
        assert_eq!(page.path(), "/login/code", "{}", page.body);
        browser.fill(&page, &[("otp", "000000")]).await;
        browser.submit("/login/code", &[("login", &page.hidden_value("login")), ("passkey", "{}")]).await;
        let mut own = self.browser();
        let page = own.open("/sign-in").await;
        let page = own.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
        assert_eq!(page.path(), "/sign-in/code", "{}", page.body);
        own.fill(&page, &[("otp", "000000")]).await;
        // binh has a passkey, and signed in before it was made.
        self.town.apply(&format!("[[people]]\nuser_name = \"binh\"\npassword = \"{PASSWORD}\"\n")).await;
        let (mut binh, mut device) = (self.signed_in("binh").await, Device::new());
        self.passkey(&mut binh, &mut device).await;
        for level in [Level::One, Level::Two] {
            proof(&self.town, "binh", level).await;
            binh.open("/account").await;
            binh.open("/account/history").await;
        }
        let page = binh.open(&portal.url(&[("acr_values", "urn:motcua:acr:3")])).await;
        self.says(&page, "Bỏ qua và đi tiếp", "Go on without it");
        assert!(binh.fill(&page, &[("choice", "without")]).await.parameter("code").is_some());
        let essential = r#"{"id_token":{"acr":{"essential":true,"value":"urn:motcua:acr:3"}}}"#;
        let page = binh.open(&portal.url(&[("claims", essential)])).await;
        assert_eq!(page.path(), "/login/code", "{}", page.body);
        self.says(&page, "biết chắc đây là bạn", "be sure that it is you");
        assert!(binh.use_passkey(&page, &mut device).await.parameter("code").is_some());
    }

    /// What people take back, and what they cannot.
    pub(super) async fn giving_up(&self) {
        let mut browser = self.browser();
        let page = self.second(&mut browser).await;
        let paper = self.paper.lock().unwrap().clone();
        assert!(browser.fill(&page, &[("otp", &paper)]).await.parameter("code").is_some());
        let page = browser.open("/account/totp").await;
        browser.fill(&page, &[]).await;
        let page = browser.open("/account/password").await;
        browser.fill(&page, &[("current", PASSWORD), ("new", "another horse another battery")]).await;
        self.town.apply(&format!("[[people]]\nuser_name = \"dan\"\npassword = \"{PASSWORD}\"\n")).await;
        let mut dan = self.signed_in("dan").await;
        for left in ["two", "one"] {
            let page = self.passkey(&mut dan, &mut Device::new()).await;
            let page = self.one(&mut dan, &page).await;
            dan.fill(&page, &[("action", "rename"), ("name", left)]).await;
        }
        let page = dan.open("/account/security").await;
        let page = self.one(&mut dan, &page).await;
        dan.fill(&page, &[("action", "remove")]).await;
    }

    pub(super) async fn the_last_way_in(&self) {
        self.town.apply(&format!("[[people]]\nuser_name = \"gam\"\npassword = \"{PASSWORD}\"\n")).await;
        let mut dan = self.signed_in("gam").await;
        let page = self.passkey(&mut dan, &mut Device::new()).await;
        store::execute(&self.town.app.db, "DELETE FROM credentials").await;
        let page = self.one(&mut dan, &page).await;
        let page = dan.fill(&page, &[("action", "remove")]).await;
        self.says(&page, "Đây là cách đăng nhập cuối cùng", "This is your last way to sign in");
        dan.open("/account/security").await;
        dan.open("/account/password").await;
    }
}
