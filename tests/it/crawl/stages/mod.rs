//! What people live through on the walk, so that every state of every page comes up.

mod arriving;
mod keeping;
mod leads;
mod leaving;
mod newcomers;
mod officials;

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use super::said;
use super::walk::Walker;
use crate::demo::Lang;
use crate::letters::KHAI;
use crate::opening;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Hop;
use crate::town::Mail;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;
use crate::town::Trail;

const WRONG: [(&str, &str); 2] = [("username", "an"), ("password", "wrong")];

/// Everything that was seen in a language.
pub async fn walked(lang: Lang) -> Vec<Hop> {
    let town = Town::with_post(|config| {
        opening::open(config);
        config.passwords.short_until = leads::today();
        config.pages.help = Some("1900 0000".to_owned());
        config.pages.accessibility = Some("https://id.example/accessibility".to_owned());
        config.pages.privacy = Some("https://id.example/privacy".to_owned());
    })
    .await;
    let walk = Walk { town, trail: Trail::default(), lang, paper: Mutex::default() };
    let mut walker = Walker::on(&walk.trail);
    for id in ["desk", "mill"] {
        walk.let_in(id).await;
    }
    walk.nobody().await;
    walk.mistakes().await;
    walk.signing_in().await;
    walk.agreeing().await;
    walk.choosing_a_language().await;
    walk.leading().await;
    walker.go(true).await;
    walk.credentials().await;
    walk.stepping_up().await;
    walker.go(false).await;
    walk.leaving().await;
    walk.waiting().await;
    walk.giving_up().await;
    walk.reading().await;
    walk.recovering().await;
    walk.held_up().await;
    walk.governed().await;
    walk.officials().await;
    walk.opening().await;
    walk.texting().await;
    walk.closing().await;
    walk.the_last_way_in().await;
    walker.go(true).await;
    walk.failing().await;
    walker.go(false).await;
    let Walk { town, trail, .. } = walk;
    town.close().await;
    std::mem::take(&mut trail.lock().unwrap())
}

struct Walk {
    town: Town,
    trail: Trail,
    lang: Lang,
    /// A recovery code of khai.
    paper: Mutex<String>,
}

impl Walk {
    fn browser(&self) -> Browser {
        let mut browser = self.town.browser().speaking(self.lang);
        browser.trail = Some(Arc::clone(&self.trail));
        browser
    }

    async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.open(&self.rp("portal").url(&[])).await;
        let page = browser.sign_in(&page, name).await;
        assert!(page.parameter("code").is_some(), "{}", page.body);
        browser
    }

    fn rp(&self, id: &str) -> RelyingParty {
        self.town.rp(id)
    }

    fn says(&self, page: &Page, vi: &str, en: &str) {
        let words = said(self.lang, vi, en);
        assert!(page.body.contains(words), "no {words:?} at {}: {}", page.url, page.body);
    }

    /// A service that is told of sign-outs by a frame.
    async fn let_in(&self, id: &str) {
        self.town
            .apply(&format!(
                "[[clients]]\nclient_id = \"{id}\"\nservice = \"licences\"\nredirect_uris = [\"https://{id}.example/cb\"]\n\
                 secrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]\nscope = \"openid profile email\"\n\
                 post_logout_redirect_uris = [\"https://{id}.example/bye\"]\n\
                 policy_uri = \"https://{id}.example/policy\"\ntos_uri = \"https://{id}.example/terms\"\n\
                 frontchannel_logout_uri = \"https://{id}.example/out\"\n"
            ))
            .await;
    }

    async fn passkey(&self, browser: &mut Browser, device: &mut Device) -> Page {
        let page = browser.enrol(device).await;
        assert_eq!(page.path(), "/account/security", "{}", page.body);
        page
    }

    async fn letter_with(&self, words: &[&str]) -> Mail {
        for _ in 0..500 {
            match self.town.mailbox().try_next_for(KHAI).await {
                Some(mail) if words.iter().any(|words| mail.text.contains(words)) => return mail,
                Some(_) => {}
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        panic!("no letter with {words:?}");
    }

    /// The page that asks khai for a code.
    async fn second(&self, browser: &mut Browser) -> Page {
        let page = browser.open(&self.rp("portal").url(&[])).await;
        let page = browser.sign_in(&page, "khai").await;
        assert_eq!(page.path(), "/login/code", "{}", page.body);
        page
    }

    /// The first passkey of a page that lists them.
    async fn one(&self, browser: &mut Browser, page: &Page) -> Page {
        browser.open(&page.passkeys()[0]).await
    }
}
