//! A town and a service, both at addresses of this machine.

use std::time::Duration;

use motcua::config::Config;
use url::Url;

use super::Elsewhere;
use crate::demo::Lang;
use crate::demo::Tab;
use crate::letters::KHAI;
use crate::store::execute;
use crate::town::Mail;
use crate::town::RelyingParty;
use crate::town::Town;

pub struct Street {
    pub town: Town,
    pub rp: RelyingParty,
    service: Elsewhere,
}

impl Street {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One whose operator chose otherwise.
    pub async fn with(choose: impl FnOnce(&mut Config)) -> Self {
        let town = Town::on_a_street(choose).await;
        let service = Elsewhere::at("127.0.0.1:0", "localhost", None).await;
        let rp = town.let_in("far", &service.origin).await;
        // Whoever is at a device that makes passkeys said that they want to be offered none.
        execute(&town.app.db, &format!("UPDATE people SET passkey_offer_after = {}", i64::MAX)).await;
        Self { town, rp, service }
    }

    /// The address at which the service asks for a person.
    pub fn asks(&self, changes: &[(&str, &str)]) -> String {
        self.town.asks(&self.rp, changes)
    }

    /// How the address begins at which the service has a code.
    pub fn reached(&self) -> String {
        format!("{}/cb?code=", self.service.origin)
    }

    /// The code with which the service was reached.
    pub async fn code(&self, tab: &Tab) -> String {
        let url = Url::parse(&tab.url().await).unwrap();
        let code = url.query_pairs().find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
        code.unwrap_or_else(|| panic!("no code at {url}"))
    }

    /// Opens the account in a language, which the browser keeps; who is not signed in is led to the sign-in page.
    pub async fn arrive(&self, tab: &Tab, lang: Lang) {
        tab.open(&self.town.at(&format!("/?lang={lang}"))).await;
        tab.open(&self.town.at("/account")).await;
    }

    /// The next letter to khai of those that have something in them.
    pub async fn letter_with(&self, words: &[&str]) -> Mail {
        for _ in 0..500 {
            if let Some(mail) = self.town.mailbox().try_next_for(KHAI).await {
                if words.iter().any(|words| mail.text.contains(words)) {
                    return mail;
                }
                continue;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no letter with {words:?}");
    }

    pub async fn sign_out(&self, tab: &Tab) {
        tab.open(&self.town.at("/logout")).await;
        tab.follow("#logout-confirm").await;
        assert_eq!(tab.path().await, "/logout/done");
    }
}

/// From now on the browser of this tab offers no passkey in fields: the button is left.
pub async fn without_autofill(tab: &Tab) {
    tab.before_each_page("PublicKeyCredential.isConditionalMediationAvailable = async () => false").await;
}
