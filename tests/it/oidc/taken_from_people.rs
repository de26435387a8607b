//! What an operator takes from a person reaches what lives: sessions, grants, and codes on their way.

use http::StatusCode;
use motcua::base::id;
use motcua::base::secret::Secret;
use motcua::flows::admin::people;
use motcua::identity::credential::password::StoredPassword;
use motcua::identity::device::Device;
use motcua::identity::proof::Proved;
use motcua::parts::authenticate::Refusal;
use motcua::parts::authenticate::password;
use motcua::parts::authenticate::password::Typed;
use motcua::parts::leads::Known;
use motcua::parts::networks::Network;
use motcua::parts::sessions;
use motcua::parts::sessions::Authenticated;
use motcua::parts::sessions::Place;
use motcua::parts::sessions::Reach;
use motcua::parts::sessions::Visitor;
use motcua::store::credentials;

use super::client;
use super::error;
use super::seconds;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::PASSWORD;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

const TOLD: &str = "https://desk.example/told";

/// A town in which khai is signed in at `desk`, which is told of logouts and acts while she is away.
async fn at_desk(town: &Town) -> (Browser, RelyingParty, Tokens) {
    let more =
        format!("grant_types = [\"authorization_code\", \"refresh_token\"]\nbackchannel_logout_uri = \"{TOLD}\"\n");
    let desk = client("desk", "licences", &more).replace("profile email", "profile email offline_access");
    town.apply(&desk).await;
    town.outside.put(TOLD, "");
    let desk = town.rp("desk").with_scope("openid offline_access");
    let mut browser = town.browser();
    let tokens = desk.tokens(&mut browser, &[]).await;
    (browser, desk, tokens)
}

/// Gives khai this password, as an operator does with a file.
async fn set_password(town: &Town, password: &str) {
    town.apply(&DECLARATION.replacen(&format!("password = \"{PASSWORD}\""), &format!("password = \"{password}\""), 1))
        .await;
}

async fn acts(town: &Town, act: &str) -> usize {
    town.audit().await.iter().filter(|(found, ..)| found == act).count()
}

async fn is_told(town: &Town, tokens: &Tokens) {
    town.clock.pass(seconds(10));
    town.deliver().await;
    let asked = town.outside.asked(TOLD);
    assert_eq!(asked.len(), 1);
    assert_eq!(claims_of(&asked[0].form[0].1)["sid"], tokens.claims()["sid"]);
}

/// Whoever knows the old password holds nothing any more that it bought.
#[tokio::test]
async fn a_password_that_an_operator_sets_ends_all_that_the_old_one_opened() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let (mut browser, desk, tokens) = at_desk(&town).await;
    let code = desk.code(&mut browser, &[]).await;
    set_password(&town, PASSWORD).await;
    assert_eq!(desk.userinfo(tokens.access_token()).await.status, StatusCode::OK, "nothing was set");
    let there = replica.rp("desk");
    assert_eq!(there.userinfo(tokens.access_token()).await.status, StatusCode::OK);
    set_password(&town, "another horse battery").await;
    replica.heartbeat().await;
    for desk in [&desk, &there] {
        assert_eq!(desk.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(desk.refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
        assert_eq!(desk.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    }
    assert_eq!(error(&mut browser, &desk, &[("prompt", "none")]).await, "login_required");
    assert_eq!((acts(&town, "password_set").await, acts(&town, "signed_out").await), (1, 1));
    is_told(&town, &tokens).await;
    town.leave().await;
}

/// A first password is nobody's new one, and other people's sessions are theirs.
#[tokio::test]
async fn a_first_password_and_somebody_elses_end_nothing() {
    let town = Town::new().await;
    let (_, desk, tokens) = at_desk(&town).await;
    town.apply("[[people]]\nuser_name = \"mai\"\npassword = \"a horse of her own\"\n").await;
    assert_eq!(desk.refresh(tokens.refresh_token(), &[]).await.status, StatusCode::OK);
    assert_eq!((acts(&town, "password_set").await, acts(&town, "signed_out").await), (0, 0));
    town.leave().await;
}

/// Rule 4: disabled account. Enabled again, the person signs in anew: what was dead stays dead.
#[tokio::test]
async fn what_ended_with_the_account_does_not_come_back_with_it() {
    let town = Town::new().await;
    let (mut browser, desk, tokens) = at_desk(&town).await;
    let code = desk.code(&mut browser, &[]).await;
    let now = town.app.clock.now();
    assert_eq!(people::disable(&town.app, "036 187 001 234", now).await.unwrap(), Some(true));
    assert_eq!(people::disable(&town.app, "khai", now).await.unwrap(), Some(false));
    assert_eq!(people::disable(&town.app, "nobody", now).await.unwrap(), None);
    let dead = async |browser: &mut Browser| {
        assert_eq!(desk.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(desk.refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
        assert_eq!(desk.redeem(&code, &[]).await.json()["error"], "invalid_grant");
        assert_eq!(error(browser, &desk, &[("prompt", "none")]).await, "login_required");
    };
    dead(&mut browser).await;
    assert_eq!(acts(&town, "signed_out").await, 1);
    assert_eq!(people::enable(&town.app, "Khai@songlam.example", now).await.unwrap(), Some(true));
    assert_eq!(people::enable(&town.app, "khai", now).await.unwrap(), Some(false));
    dead(&mut browser).await;
    for (act, times) in [("person_disabled", 1), ("person_enabled", 1), ("signed_out", 1)] {
        assert_eq!(acts(&town, act).await, times, "{act}");
    }
    desk.tokens(&mut town.browser(), &[]).await.access_token();
    is_told(&town, &tokens).await;
    town.leave().await;
}

/// A replica that has not heard of it yet redeems no code of somebody who was disabled: the write itself asks.
#[tokio::test]
async fn a_redemption_asks_whether_its_person_may_still_sign_in() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let portal = replica.rp("portal");
    let mut browser = replica.browser_like(&town.browser());
    portal.tokens(&mut browser, &[]).await;
    let code = portal.code(&mut browser, &[]).await;
    people::disable(&town.app, "khai", town.app.clock.now()).await.unwrap();
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    people::enable(&town.app, "khai", town.app.clock.now()).await.unwrap();
    replica.heartbeat().await;
    assert_eq!(portal.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    town.leave().await;
}

/// Back-Channel Logout §2.7: what was granted for when the person is away survives a logout, unless an operator means all.
#[tokio::test]
async fn signing_somebody_out_ends_sessions_and_all_of_it_everything() {
    let town = Town::new().await;
    let (mut browser, desk, tokens) = at_desk(&town).await;
    let portal = town.rp("portal").tokens(&mut browser, &[]).await;
    let now = town.app.clock.now();
    let sign_out = async |reach| people::sign_out(&town.app, "khai", reach, now).await.unwrap();
    assert_eq!(sign_out(Reach::Sessions).await, Some(1));
    assert_eq!(error(&mut browser, &desk, &[("prompt", "none")]).await, "login_required");
    assert_eq!(town.rp("portal").userinfo(portal.access_token()).await.status, StatusCode::UNAUTHORIZED);
    let refreshed = Tokens(desk.refresh(tokens.refresh_token(), &[]).await.json());
    assert_eq!(sign_out(Reach::Everything).await, Some(0));
    assert_eq!(desk.refresh(refreshed.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    assert_eq!(desk.userinfo(refreshed.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!((acts(&town, "person_signed_out").await, acts(&town, "signed_out").await), (2, 1));
    is_told(&town, &tokens).await;
    town.leave().await;
}

/// A sign-in that compared the former password ends before the new one is set, or opens nothing.
#[tokio::test]
async fn a_sign_in_under_way_does_not_outlive_the_password_that_it_typed() {
    let town = Town::new().await;
    let (app, now) = (&town.app, town.app.clock.now());
    let nobody = Visitor {
        session: None,
        browser: None,
        device: None,
        address: [192, 0, 2, 1].into(),
        software: Device::default(),
    };
    let typed = || Typed { name: "khai".into(), password: Secret::new(PASSWORD.to_owned()), makes_passkeys: false };
    let (id, proof, _) = password::check(app, typed(), &nobody, now).await.unwrap().unwrap();
    let former = credentials::password(&app.db, id).await.unwrap().unwrap();
    let who = Authenticated(Proved::first(id, proof, now));
    set_password(&town, "another horse battery").await;
    let mut tx = app.db.begin().await.unwrap();
    let network = Network::of(app, id, nobody.address);
    let (fresh, device) = (id::new(now, &*app.entropy), Device::default());
    let place =
        Place { former: None, fresh, secret: [0; 32], network, interaction: [0; 32], device, known: Known::default() };
    assert!(sessions::open(app, &mut tx, who, place, now).await.unwrap().is_none());
    drop(tx);
    let person = people::show(app, "khai", now).await.unwrap().unwrap().row.id;
    let mut tx = app.db.begin().await.unwrap();
    let anew = StoredPassword { phc: "hashed anew".into(), pepper: None };
    let replaced = credentials::replace_password(&mut tx, person, &former, &anew).await.unwrap();
    assert!(!replaced, "what was hashed anew is not the password any more");
    drop(tx);
    assert_eq!(password::check(app, typed(), &nobody, now).await.unwrap().unwrap_err(), Refusal::Wrong);
    town.leave().await;
}

/// Codes that are redeemed in the very moment: whoever wins, nothing of it lives when the person may sign in again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_redeemed_while_its_person_is_disabled_does_not_come_back_with_them() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let mut won = 0;
    for _ in 0..5 {
        let portal = town.rp("portal").with_scope("openid offline_access");
        let mut browser = town.browser();
        let mut codes = Vec::new();
        for _ in 0..8 {
            codes.push(portal.code(&mut browser, &[]).await);
        }
        let now = town.app.clock.now();
        let redeemed = codes.iter().enumerate().map(|(n, code)| {
            let (door, code) = (if n % 2 == 0 { town.rp("portal") } else { replica.rp("portal") }, code.clone());
            tokio::spawn(async move { door.redeem(&code, &[]).await })
        });
        let redeemed: Vec<_> = redeemed.collect();
        let app = town.app.clone();
        let disabled = tokio::spawn(async move { people::disable(&app, "khai", now).await.unwrap() });
        assert_eq!(disabled.await.unwrap(), Some(true));
        let mut tokens = Vec::new();
        for page in redeemed {
            let page = page.await.unwrap();
            tokens.extend((page.status == StatusCode::OK).then(|| Tokens(page.json())));
        }
        won += tokens.len();
        people::enable(&town.app, "khai", now).await.unwrap();
        replica.heartbeat().await;
        for token in tokens {
            assert_eq!(portal.userinfo(token.access_token()).await.status, StatusCode::UNAUTHORIZED);
            assert_eq!(portal.refresh(token.refresh_token(), &[]).await.json()["error"], "invalid_grant");
        }
    }
    eprintln!("{won} of 40 were redeemed in time");
    town.leave().await;
}
