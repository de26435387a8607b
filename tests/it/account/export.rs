//! Everything that is known of somebody, for them to take along.

use http::StatusCode;
use motcua::identity::audit::Act;
use motcua::identity::audit::Event;
use motcua::parts::record::Change;
use serde_json::Value;

use super::confirm;
use super::on_a_phone;
use super::signed_in;
use crate::town::Browser;
use crate::town::Page;
use crate::town::Town;

async fn export(browser: &mut Browser) -> Page {
    let page = browser.open("/account").await;
    browser.submit("/account/export", &[("confirm", &confirm(&page))]).await
}

fn acts<'a>(whole: &'a Value, act: &str) -> Vec<&'a Value> {
    whole["history"].as_array().unwrap().iter().filter(|row| row["act"] == act).collect()
}

#[tokio::test]
async fn a_person_takes_along_all_that_is_known_and_nothing_of_anybody_else() {
    let town = Town::new().await;
    let (mut khai, mut an) = (on_a_phone(&town, "khai").await, signed_in(&town, "an").await);
    town.rp("clinic").with_scope("openid email offline_access").tokens(&mut khai, &[]).await;
    town.rp("portal").tokens(&mut an, &[]).await;
    let page = export(&mut khai).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("application/json")));
    assert_eq!(page.header("content-disposition"), Some("attachment; filename=\"account.json\""));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let whole = page.json();
    assert_eq!(whole["person"]["user_name"], "khai");
    assert_eq!(whole["person"]["identity_number"], "036187001234");
    assert_eq!(whole["person"]["claims"]["email"], "khai@songlam.example");
    assert_eq!(whole["signed_in"][0]["device"], "Chrome · Android");
    assert_eq!(
        (&whole["agreed"][0]["client"], &whole["while_away"][0]["client"]),
        (&"clinic".into(), &"clinic".into())
    );
    assert_eq!(acts(&whole, "signed_in").len(), 1);
    assert_eq!(acts(&whole, "received")[0]["scope"], "openid email offline_access");
    assert_eq!(acts(&whole, "data_exported").len(), 1, "it is itself a part of the history");
    for foreign in ["portal", "an@songlam", "Trần", "036052004321"] {
        assert!(!page.body.contains(foreign), "{foreign}: {}", page.body);
    }
    for secret in ["argon2", "secret"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    assert_eq!(town.audit().await.iter().filter(|(act, ..)| act == "data_exported").count(), 1);
    town.leave().await;
}

/// It says more than any page: whoever finds a browser that somebody left signed in does not get it.
#[tokio::test]
async fn who_signed_in_long_ago_signs_in_again_before_they_get_it() {
    let town = Town::new().await;
    let mut khai = signed_in(&town, "khai").await;
    for _ in 0..2 {
        khai.open("/account").await;
        town.clock.pass(std::time::Duration::from_secs(8 * 60));
    }
    let page = export(&mut khai).await;
    assert_eq!((page.path().as_str(), page.parameter("to").as_deref()), ("/sign-in", Some("export")));
    assert!(town.audit().await.iter().all(|(act, ..)| act != "data_exported"));
    let back = khai.fill(&page, &[("username", "khai"), ("password", crate::town::PASSWORD)]).await;
    assert_eq!(back.path(), "/account", "{}", back.body);
    assert_eq!(export(&mut khai).await.json()["person"]["user_name"], "khai");
    town.leave().await;
}

/// How they sign in, who looked at them, what they said of themselves, and what is under way; never what opens anything.
#[tokio::test]
async fn the_file_says_how_somebody_signs_in_and_what_is_under_way() {
    let town = Town::new().await;
    let mut khai = signed_in(&town, "khai").await;
    let mut device = crate::town::Device::new();
    assert_eq!(khai.enrol(&mut device).await.path(), "/account/security");
    let now = town.app.clock.now();
    khai.add_app(now).await;
    let page = khai.open("/account/recovery-codes").await;
    let codes = khai.fill(&page, &[]).await;
    crate::credentials::proof(&town, "khai", motcua::identity::assurance::Level::Two).await;
    let code = motcua::flows::admin::recovery::open(&town.app, "khai", now).await.unwrap();
    assert!(matches!(code, motcua::flows::admin::recovery::Opened::Code(..)));
    let page = export(&mut khai).await;
    let whole = page.json();
    let kinds: Vec<&str> =
        whole["authenticators"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "recovery_code").count(), 10);
    assert!(kinds.contains(&"passkey") && kinds.contains(&"totp"), "{kinds:?}");
    let passkey = whole["authenticators"].as_array().unwrap().iter().find(|one| one["kind"] == "passkey").unwrap();
    assert!(passkey["name"].is_string() && passkey["since"].is_string(), "{passkey}");
    assert!(whole["password_since"].is_string());
    assert_eq!((&whole["proofed"][0]["level"], &whole["recoveries"][0]["by"]), (&2.into(), &"official".into()));
    for code in codes.body.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
        assert!(!page.body.contains(code), "{code}");
    }
    for secret in ["argon2", "secret", "public_key", "cred_id"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    town.leave().await;
}

/// A history that does not fit into memory at once is whole all the same.
#[tokio::test]
async fn a_long_history_comes_whole() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    let person =
        motcua::flows::admin::people::show(&town.app, "khai", town.app.clock.now()).await.unwrap().unwrap().row.id;
    let mut change = Change::begin(&town.app).await.unwrap();
    for _ in 0..1203 {
        change.act(Event::new(Act::ConsentDenied).person(person).client("clinic"));
    }
    change.commit().await.unwrap();
    let whole = export(&mut browser).await.json();
    assert_eq!(acts(&whole, "consent_denied").len(), 1203);
    town.leave().await;
}

/// No other site, and no other session's page, makes anybody's browser fetch it.
#[tokio::test]
async fn nobody_else_makes_it() {
    let town = Town::new().await;
    let (mut khai, mut an) = (signed_in(&town, "khai").await, signed_in(&town, "an").await);
    let foreign = [confirm(&an.open("/account").await), String::new(), "AAAA".into()];
    for confirm in &foreign {
        let page = khai.submit("/account/export", &[("confirm", confirm)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.body.contains("036187001234"));
    }
    assert_eq!(khai.open("/account/export").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let own = confirm(&khai.open("/account").await);
    khai.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(khai.submit("/account/export", &[("confirm", &own)]).await.status, StatusCode::FORBIDDEN);
    assert!(town.audit().await.iter().all(|(act, ..)| act != "data_exported"));
    town.leave().await;
}
