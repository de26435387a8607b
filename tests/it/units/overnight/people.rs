//! What people have at services: subjects, sessions, tokens.

use std::collections::BTreeMap;

use futures_util::stream;
use futures_util::stream::StreamExt;
use http::StatusCode;
use motcua::app::App;
use motcua::base::id;
use motcua::identity::assurance::Acr;
use motcua::identity::assurance::Amr;
use motcua::identity::authorization::Authorization;
use motcua::parts::clients;
use motcua::parts::issue::subject;
use motcua::protocol::oauth::scope::Scope;
use motcua::protocol::oidc::claims::ClaimsRequest;
use motcua::store::grants::NewGrant;
use uuid::Uuid;

use super::country::citizen;
use super::country::service;
use super::country::used_by;
use crate::town::Browser;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

const SCOPE: &str = "openid profile offline_access";

/// What somebody is called at each service that they use.
pub async fn subjects(app: &App, people: &[Uuid]) -> BTreeMap<(usize, usize), String> {
    let mut subjects = BTreeMap::new();
    for (n, person) in people.iter().enumerate() {
        for used in used_by(n) {
            let client = clients::find(app, &service(used)).await.unwrap().unwrap();
            subjects.insert((n, used), subject::of(app, *person, &client));
        }
    }
    subjects
}

/// A grant at each service that these people use, as the ledger writes what a code buys.
pub async fn grant(app: &App, people: &[(usize, Uuid)]) -> usize {
    let now = app.clock.now();
    let mut grants = Vec::new();
    for (n, person) in people {
        for used in used_by(*n) {
            let client = clients::find(app, &service(used)).await.unwrap().unwrap();
            let fresh = || id::beside(*person, now, &*app.entropy);
            let authorization = Authorization {
                grant: fresh(),
                person: *person,
                session: fresh(),
                client: client.id.clone(),
                client_epoch: client.epoch,
                scope: Scope::parse(SCOPE).unwrap(),
                claims: ClaimsRequest::default(),
                resource: None,
                nonce: None,
                auth_time: now,
                acr: Acr::One,
                amr: Amr::password(),
            };
            grants.push(NewGrant { authorization, redemption_id: fresh(), offline: true, now });
        }
    }
    let all = grants.len();
    let redeemed = stream::iter(grants).map(|grant| app.ledger.redeem(grant)).buffer_unordered(200);
    let redeemed = redeemed.filter(|won| std::future::ready(*won.as_ref().unwrap())).count().await;
    assert_eq!(redeemed, all);
    all
}

/// Somebody who has signed in at the services that they use.
pub struct SignedIn {
    person: usize,
    browser: Browser,
    tokens: Vec<(RelyingParty, Tokens)>,
}

impl SignedIn {
    pub async fn at_all(town: &Town, person: usize) -> Self {
        let mut browser = town.browser();
        let mut tokens = Vec::new();
        for used in used_by(person) {
            let rp = town.rp(&service(used)).with_scope(SCOPE);
            let got = tokens_of(&rp, &mut browser, person).await;
            tokens.push((rp, got));
        }
        Self { person, browser, tokens }
    }

    /// The `sub` at each service.
    pub fn subjects(&self) -> Vec<String> {
        self.tokens.iter().map(|(_, tokens)| sub(tokens)).collect()
    }

    /// Everything that worked works: the session, the refresh token, UserInfo, and the password in another browser.
    pub async fn goes_on(mut self, town: &Town) -> usize {
        let mut sign_ins = 0;
        for (rp, before) in &self.tokens {
            let page = self.browser.open(&rp.url(&[("prompt", "none")])).await;
            let code = page.parameter("code").unwrap_or_else(|| panic!("no code at {}", page.url));
            let again = redeemed(rp, &code).await;
            assert_eq!(sub(&again), sub(before), "{} of {}", rp.id, self.person);
            let page = rp.refresh(before.refresh_token(), &[]).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            let refreshed = Tokens(page.json());
            assert_eq!(sub(&refreshed), sub(before), "{} of {}", rp.id, self.person);
            let page = rp.userinfo(refreshed.access_token()).await;
            assert_eq!(page.json()["sub"], *sub(before), "{}", page.body);
            sign_ins += 1;
        }
        let (rp, before) = &self.tokens[0];
        let anew = tokens_of(rp, &mut town.browser(), self.person).await;
        assert_eq!(sub(&anew), sub(before), "{} of {}", rp.id, self.person);
        sign_ins + 1
    }
}

/// The subject, which ID token and access token agree about.
fn sub(tokens: &Tokens) -> String {
    let sub = tokens.claims()["sub"].as_str().unwrap().to_owned();
    assert_eq!(claims_of(tokens.access_token())["sub"], *sub);
    sub
}

async fn tokens_of(rp: &RelyingParty, browser: &mut Browser, person: usize) -> Tokens {
    let mut page = browser.open(&rp.url(&[])).await;
    if page.path() == "/login" {
        page = browser.sign_in(&page, &citizen(person)).await;
    }
    if page.path() == "/consent" {
        page = browser.fill(&page, &[("decision", "allow")]).await; // to go on while they are away
    }
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code at {}: {}", page.url, page.body));
    redeemed(rp, &code).await
}

async fn redeemed(rp: &RelyingParty, code: &str) -> Tokens {
    let page = rp.redeem(code, &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    Tokens(page.json())
}
