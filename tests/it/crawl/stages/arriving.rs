//! Who comes, by themselves or from a service, and what they are asked.

use super::WRONG;
use super::Walk;

impl Walk {
    pub(super) async fn nobody(&self) {
        let mut browser = self.browser();
        for path in ["/", "/account", "/logout", "/logout/done", "/favicon.ico", "/.well-known/webauthn", "/nowhere"] {
            browser.open(path).await;
        }
        browser.challenge().await;
    }

    /// Requests that are wrong, each told by a page.
    pub(super) async fn mistakes(&self) {
        let mut browser = self.browser();
        let portal = self.rp("portal");
        for url in [
            "/account/export".to_owned(),
            "/logout?post_logout_redirect_uri=https://evil.example".to_owned(),
            "/login?login=unreadable".to_owned(),
            "/logout?client_id=a&client_id=b".to_owned(),
            portal.url(&[("client_id", "nobody")]),
            portal.url(&[("redirect_uri", "https://evil.example/cb")]),
        ] {
            assert!(browser.open(&url).await.status.as_u16() >= 400, "{url}");
        }
        let wrong = browser.open("/nowhere").await;
        let link = wrong.body.split("href=\"/error?page=").nth(1).unwrap().split('&').next().unwrap();
        browser.open(&format!("/error?page={link}")).await;
        assert_eq!(self.browser().submit("/sign-in", &[("login", "unreadable")]).await.status, 400);
        let page = browser.open(&portal.url(&[])).await;
        assert_eq!(self.browser().open(&page.url).await.status, 400, "another browser");
        assert_eq!(browser.submit("/login", &[("login", &"x".repeat(70_000))]).await.status, 413);
        let mut foreign = browser.clone();
        foreign.headers.insert("origin", "https://evil.example".parse().unwrap());
        assert_eq!(foreign.fill(&page, &WRONG).await.status, 403);
        // The form of a sign-in that gave its code already.
        let code = browser.sign_in(&page, "khai").await.parameter("code").unwrap();
        assert_eq!(portal.redeem(&code, &[]).await.status, 200);
        let of_nobody = browser.submit("/account/sessions", &[("confirm", "unreadable"), ("end", "others")]).await;
        self.says(&of_nobody, "Chưa đọc được yêu cầu", "We could not read this request");
        let late = browser.sign_in(&page, "khai").await;
        self.says(&late, "Bạn đã đăng nhập rồi", "You have already signed in");
    }

    pub(super) async fn signing_in(&self) {
        let mut browser = self.browser();
        let portal = self.rp("portal");
        browser.open(&portal.url(&[("login_hint", "khai")])).await;
        let page = browser.open(&portal.url(&[])).await;
        browser.fill(&page, &WRONG).await;
        browser.fill(&page, &[]).await;
        browser.fill(&page, &[("username", "khai")]).await;
        browser.submit("/login", &[("login", &page.hidden_value("login")), ("passkey", "{}")]).await;
        browser.sign_in(&page, "khai").await;
        browser.open(&portal.url(&[("prompt", "login")])).await;
        browser.open(&portal.url(&[("prompt", "select_account")])).await;
        browser.open(&portal.url(&[("response_mode", "form_post")])).await;
        browser.submit("/authorize", &[("client_id", "portal")]).await;
        browser.submit("/logout", &[]).await;
        self.browser().open(&self.rp("desk").url(&[])).await;
    }

    /// Everything that a service can ask a person to agree to.
    pub(super) async fn agreeing(&self) {
        let mut browser = self.signed_in("khai").await;
        let (portal, clinic) = (self.rp("portal"), self.rp("clinic"));
        browser.open(&clinic.clone().with_scope("openid").url(&[])).await;
        browser.open(&clinic.clone().with_scope("openid offline_access").url(&[("prompt", "consent")])).await;
        let page = browser.open(&clinic.clone().with_scope("openid email").url(&[])).await;
        assert_eq!(page.path(), "/consent");
        browser.fill(&page, &[("decision", "deny")]).await;
        let page = browser.open(&clinic.clone().with_scope("openid email").url(&[])).await;
        browser.fill(&page, &[("decision", "allow")]).await;
        let page = browser.open(&clinic.with_scope("openid profile email phone offline_access").url(&[])).await;
        self.says(&page, "Mới", "New");
        browser.open(&portal.clone().with_scope("openid offline_access").url(&[("prompt", "consent")])).await;
        browser.open(&portal.url(&[("prompt", "consent")])).await;
        let one_by_one = r#"{"userinfo":{"email_verified":null,"phone_number_verified":null}}"#;
        let asks = self.rp("clinic").with_scope("openid").url(&[("claims", one_by_one)]);
        browser.open(&asks).await;
        self.signed_in("an").await.open(&asks).await;
        browser.open("/consents").await;
        browser.open("/account/history?month=2020-01").await;
    }
}
