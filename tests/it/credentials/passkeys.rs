//! WebAuthn Level 3 §7.1 (registration) and §7.2 (authentication), clause by clause, through the pages.

use std::time::Duration;

use motcua::base::secret::from_base64url;
use motcua::identity::person::SignInName;
use motcua::parts::people;
use serde_json::json;

use crate::store::whole;
use crate::town::BACKED_UP;
use crate::town::BACKUP_ELIGIBLE;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PRESENT;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::VERIFIED;

/// A clause, and how a device comes to break it.
type Breaking = (&'static str, fn(&mut Device));

const NO_TEXT: &[u8] = b"{\"type\":\"\xff\xfe\"}";
const NO_JSON: &[u8] = b"{\"type\":";

async fn signed_in(town: &Town, name: &str) -> Browser {
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    assert!(browser.sign_in(&page, name).await.parameter("code").is_some());
    browser
}

async fn begin(town: &Town) -> (Browser, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    (browser, page)
}

async fn enrolled(town: &Town, name: &str) -> Device {
    let mut device = Device::new();
    let page = signed_in(town, name).await.enrol(&mut device).await;
    assert!(page.body.contains("<bdi>Phone</bdi>"), "{}", page.body);
    device
}

/// The whole way: made, named, used without a name, seen with when it was used last, removed.
#[tokio::test]
async fn a_passkey_is_made_named_used_and_removed() {
    let town = Town::new().await;
    let mut device = enrolled(&town, "khai").await;
    let (mut browser, page) = begin(&town).await;
    let done = browser.use_passkey(&page, &mut device).await;
    let code = done.parameter("code").unwrap_or_else(|| panic!("{}", done.body));
    let claims = Tokens(town.rp("portal").redeem(&code, &[]).await.json()).claims();
    assert_eq!(claims["amr"], json!(["hwk", "mfa", "user"]));
    assert_eq!(claims["acr"], "urn:motcua:acr:1", "nobody looked who khai is");
    let page = browser.open("/account/security").await;
    assert!(page.body.contains("Last used on 24/11/2026"), "{}", page.body);
    let page = browser.open(&page.passkeys()[0]).await;
    let (confirm, id) = (page.hidden_value("confirm"), page.hidden_value("id"));
    let change = |action: &'static str, name: &'static str| {
        [("confirm", confirm.as_str()), ("id", id.as_str()), ("action", action), ("name", name)]
    };
    let page = browser.submit("/account/passkeys/change", &change("rename", " Điện thoại ")).await;
    assert!(page.body.contains("<bdi>Điện thoại</bdi>"), "{}", page.body);
    let page = browser.submit("/account/passkeys/change", &change("remove", "")).await;
    assert!(!page.body.contains("passkeys/one"), "{}", page.body);
    let (mut browser, page) = begin(&town).await;
    let page = browser.use_passkey(&page, &mut device).await;
    assert!(page.body.contains("We could not use this passkey"), "{}", page.body);
    town.leave().await;
}

/// Once it is removed, the form that added it does not bring it back.
#[tokio::test]
async fn the_form_that_added_a_passkey_does_not_bring_it_back() {
    let town = Town::new().await;
    let (mut browser, mut device) = (signed_in(&town, "khai").await.speaking("en"), Device::new());
    let confirm = browser.open("/account/passkeys/add").await.hidden_value("confirm");
    let challenge = browser.submit("/account/passkeys/challenge", &[("confirm", &confirm)]).await.json();
    let (made, ceremony) = (device.make(&challenge["options"]), challenge["ceremony"].as_str().unwrap().to_owned());
    let form = [("confirm", &*confirm), ("name", "Phone"), ("ceremony", &*ceremony), ("passkey", &*made)];
    assert_eq!(browser.submit("/account/passkeys", &form).await.path(), "/account/security");
    let page = browser.submit("/account/passkeys", &form).await;
    assert_eq!((page.path(), page.body.matches("passkeys/one").count()), ("/account/security".into(), 1), "sent twice");
    let id = browser.open(&page.passkeys()[0]).await.hidden_value("id");
    let remove = [("confirm", &*confirm), ("id", &*id), ("action", "remove"), ("name", "")];
    browser.submit("/account/passkeys/change", &remove).await;
    assert_eq!(browser.submit("/account/passkeys", &form).await.status, 400);
    assert!(crate::store::texts(&town.app.db, "SELECT kind FROM authenticators".into()).await.is_empty());
    town.leave().await;
}

/// §14.6.1: a user handle "MUST NOT contain personally identifying information": 16 bytes of chance, one for each person.
#[tokio::test]
async fn a_user_handle_is_chance_and_the_person_s_own() {
    let town = Town::new().await;
    let handle = async |browser: &mut Browser| {
        let page = browser.open("/account/passkeys/add").await;
        let (options, _) = browser.challenge_to_make(&page).await;
        from_base64url(options["user"]["id"].as_str().unwrap()).unwrap()
    };
    let (mut khai, mut an, mut device) = (signed_in(&town, "khai").await, signed_in(&town, "an").await, Device::new());
    khai.enrol(&mut device).await;
    let (first, second, other) = (handle(&mut khai).await, handle(&mut khai).await, handle(&mut an).await);
    assert_eq!((&first, &second), (&from_base64url(&device.handle).unwrap(), &first), "one for all their passkeys");
    assert_eq!((first.len(), other.len()), (16, 16));
    let id = crate::letters::khai(&town).await;
    assert!(first != other && first != id.as_bytes(), "nobody knows by it who it is");
    town.leave().await;
}

/// §7.1: what breaks a clause makes no passkey.
#[tokio::test]
async fn what_breaks_a_rule_of_registration_adds_nothing() {
    let town = Town::new().await;
    let cases: [Breaking; 17] = [
        ("step 3: it answers a call to make a passkey", |_| {}),
        ("step 5: the client data are UTF-8", |device| device.garbled = NO_TEXT),
        ("step 6: and JSON", |device| device.garbled = NO_JSON),
        ("step 7: the type is webauthn.create", |device| device.client = json!({"type": "webauthn.get"})),
        ("step 8: the challenge is ours", |device| device.client = json!({"challenge": "AAAAAAAAAAAAAAAAAAAAAA"})),
        ("step 9: the origin is ours", |device| device.origin = "https://id.example.evil.example".into()),
        ("step 10: our page is in no frame of another's", |device| device.client = json!({"crossOrigin": true})),
        ("step 11: and nobody's is above it", |device| device.client = json!({"topOrigin": "https://evil.example"})),
        ("step 13: the attestation object is whole", |device| device.truncated = 3),
        ("step 14: the RP id is ours", |device| device.rp_id = "evil.example".into()),
        ("step 15: the user is present", |device| device.flags = VERIFIED),
        ("step 16: the user is verified", |device| device.flags = PRESENT),
        ("step 17: nothing is backed up that cannot be", |device| device.flags |= BACKED_UP),
        ("step 20: the key is of a kind that we asked for", |device| device.edwards = true),
        ("step 21: the format is known", |device| device.attestation = b"\x63fmt\x64nine\x67attStmt\xa0"),
        ("step 22: what is stated is signed", |device| {
            device.attestation = b"\x63fmt\x66packed\x67attStmt\xa2\x63alg\x26\x63sig\x44\x30\x02\x02\x00";
        }),
        ("step 25: an id has 1023 bytes at most", |device| device.id = vec![7; 1024]),
    ];
    let mut browser = signed_in(&town, "khai").await;
    for (clause, breaking) in cases {
        let mut device = Device::new();
        breaking(&mut device);
        let page = browser.open("/account/passkeys/add").await;
        let (options, ceremony) = browser.challenge_to_make(&page).await;
        let before = kept(&town).await;
        let made = match clause {
            clause if clause.starts_with("step 3") => device.answer(&options),
            _ => device.make(&options),
        };
        let confirm = page.hidden_value("confirm");
        let fields = [("confirm", confirm.as_str()), ("ceremony", &ceremony), ("passkey", &made)];
        let page = browser.submit("/account/passkeys", &fields).await;
        assert_eq!(page.status, 400, "{clause}");
        assert!(page.body.contains("role=\"alert\""), "{clause}: {}", page.body);
        assert_eq!(kept(&town).await, before, "{clause}");
    }
    town.leave().await;
}

/// All rows of the database of which a sign-in writes any, but for the count of what was refused.
async fn kept(town: &Town) -> Vec<String> {
    const TABLES: [&str; 10] = [
        "audit_events",
        "authenticators",
        "credentials",
        "families",
        "grants",
        "letters",
        "names",
        "outbox",
        "people",
        "sessions",
    ];
    let mut rows = Vec::new();
    for table in TABLES {
        rows.extend(whole(&town.app.db, table).await);
    }
    rows
}

/// §7.2: what breaks a clause signs nobody in, and changes nothing.
#[tokio::test]
async fn what_breaks_a_rule_of_authentication_signs_nobody_in() {
    let town = Town::new().await;
    let mut device = enrolled(&town, "khai").await;
    let an = enrolled(&town, "an").await;
    let cases: [Breaking; 14] = [
        ("step 6: who nobody knows beforehand is named by the handle", |device| device.handle.clear()),
        ("step 7: the client data are UTF-8", |device| device.garbled = NO_TEXT),
        ("step 8: and JSON", |device| device.garbled = NO_JSON),
        ("step 10: the type is webauthn.get", |device| device.client = json!({"type": "webauthn.create"})),
        ("step 11: the challenge is ours", |device| device.client = json!({"challenge": "AAAAAAAAAAAAAAAAAAAAAA"})),
        ("step 12: the origin is ours", |device| device.origin = "https://evil.example".into()),
        ("step 13: our page is in no frame of another's", |device| device.client = json!({"crossOrigin": true})),
        ("step 14: and nobody's is above it", |device| device.client = json!({"topOrigin": "https://evil.example"})),
        ("step 15: the RP id is ours", |device| device.rp_id = "example".into()),
        ("step 16: the user is present", |device| device.flags = VERIFIED),
        ("step 17: the user is verified", |device| device.flags = PRESENT),
        ("step 18: nothing is backed up that cannot be", |device| device.flags |= BACKED_UP),
        ("step 19: what could not be copied cannot be later", |device| device.flags |= BACKUP_ELIGIBLE),
        ("step 21: the signature is that of the key", |device| device.spoiled = true),
    ];
    let refused = async |device: &mut Device, clause: &str| {
        let (mut browser, page) = begin(&town).await;
        let before = kept(&town).await;
        let answer = browser.use_passkey(&page, device).await;
        assert!(answer.parameter("code").is_none(), "{clause}: {}", answer.url);
        assert!(answer.body.contains("role=\"alert\""), "{clause}: {}", answer.body);
        assert_eq!(kept(&town).await, before, "{clause}");
    };
    for (clause, breaking) in cases {
        let right = (device.origin.clone(), device.rp_id.clone(), device.handle.clone(), device.flags);
        breaking(&mut device);
        refused(&mut device, clause).await;
        (device.origin, device.rp_id, device.handle, device.flags) = right;
        (device.client, device.garbled, device.spoiled) = (json!({}), b"", false);
    }
    let (mut browser, page) = begin(&town).await;
    let (mut options, ceremony) = browser.challenge().await;
    options["user"] = json!({"id": device.handle});
    let (login, made) = (page.hidden_value("login"), device.make(&options));
    let fields = [("login", login.as_str()), ("ceremony", &ceremony), ("passkey", &made)];
    let before = kept(&town).await;
    let answer = browser.submit("/login", &fields).await;
    assert!(answer.parameter("code").is_none(), "step 3: it answers a call to use a passkey: {}", answer.url);
    assert_eq!(kept(&town).await, before, "step 3");
    let own = std::mem::replace(&mut device.handle, an.handle.clone());
    refused(&mut device, "step 6: the user handle is its owner's").await;
    device.handle = own;
    let own = std::mem::replace(&mut device.id, an.id.clone());
    refused(&mut device, "step 6: the credential is its owner's").await;
    device.id = own;
    device.counter = 5;
    let (mut browser, page) = begin(&town).await;
    assert!(browser.use_passkey(&page, &mut device).await.parameter("code").is_some());
    // It counts before it answers: 6 was the last one.
    for (made, clause) in [(3, "step 22: the counter does not go back"), (5, "step 22: nor does it stand still")] {
        device.counter = made;
        refused(&mut device, clause).await;
    }
    device.counter = 9;
    let (mut browser, page) = begin(&town).await;
    assert!(browser.use_passkey(&page, &mut device).await.parameter("code").is_some());
    town.leave().await;
}

/// "a challenge used once, for five minutes, for the purpose, person and browser it was made for".
#[tokio::test]
async fn a_challenge_counts_once_in_its_browser_for_its_purpose_and_for_five_minutes() {
    let town = Town::new().await;
    let mut device = enrolled(&town, "khai").await;
    let sent = async |browser: &mut Browser, page: &Page, ceremony: &str, answer: &str| {
        let login = page.hidden_value("login");
        browser.submit("/login", &[("login", &login), ("ceremony", ceremony), ("passkey", answer)]).await
    };
    let (mut browser, page) = begin(&town).await;
    let challenges = [browser.challenge().await.0, browser.challenge().await.0];
    let [first, second] = challenges.map(|options| options["challenge"].as_str().unwrap().to_owned());
    assert!(first != second && first.len() >= 22, "§13.4.3: 16 bytes of chance at least: {first} {second}");
    let (options, ceremony) = browser.challenge().await;
    let answer = device.answer(&options);
    let (mut elsewhere, other) = begin(&town).await;
    assert!(sent(&mut elsewhere, &other, &ceremony, &answer).await.parameter("code").is_none(), "another browser");
    town.clock.pass(Duration::from_secs(301));
    assert!(sent(&mut browser, &page, &ceremony, &answer).await.parameter("code").is_none(), "too old");

    let (options, ceremony) = browser.challenge().await;
    let answer = device.answer(&options);
    let first = sent(&mut browser.clone(), &page, &ceremony, &answer).await;
    let again = sent(&mut browser.clone(), &page, &ceremony, &answer).await;
    assert!(first.parameter("code").is_some() && again.parameter("code").is_some(), "the same form once more");
    let second = device.answer(&options);
    assert!(sent(&mut browser, &page, &ceremony, &second).await.parameter("code").is_none(), "another answer to it");

    let mut own = signed_in_by(&town, &mut device).await;
    let account = own.open("/account/passkeys/add").await;
    let (options, ceremony) = own.challenge_to_make(&account).await;
    let answer = device.answer(&options);
    let page = own.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    assert!(sent(&mut own, &page, &ceremony, &answer).await.parameter("code").is_none(), "made for another purpose");
    town.leave().await;
}

/// Redis restarted empty: nobody knows any more which challenges were used, and none that was given out before counts.
#[tokio::test]
async fn a_challenge_does_not_outlive_what_knows_that_it_was_used() {
    let town = Town::new().await;
    let mut device = enrolled(&town, "khai").await;
    let (browser, page) = begin(&town).await;
    let (options, ceremony) = browser.clone().challenge().await;
    let (answer, login) = (device.answer(&options), page.hidden_value("login"));
    let fields = [("login", login.as_str()), ("ceremony", &ceremony), ("passkey", &answer)];
    let emptied = town.replica_with(|config| config.ephemeral.prefix.push_str("emptied:")).await;
    let mut after = emptied.browser_like(&browser);
    for _ in 0..2 {
        let page = after.clone().submit("/login", &fields).await;
        assert!(page.parameter("code").is_none() && page.body.contains("role=\"alert\""), "{}", page.body);
    }
    let (options, fresh) = after.challenge().await;
    let answer = device.answer(&options);
    let fields = [("login", login.as_str()), ("ceremony", &fresh), ("passkey", &answer)];
    assert!(after.submit("/login", &fields).await.parameter("code").is_some(), "another one does");
    town.leave().await;
}

async fn signed_in_by(town: &Town, device: &mut Device) -> Browser {
    let (mut browser, page) = begin(town).await;
    assert!(browser.use_passkey(&page, device).await.parameter("code").is_some());
    browser
}

/// "synced passkeys are never published as AAL3": their key is no hardware's.
#[tokio::test]
async fn a_passkey_that_is_copied_between_devices_is_no_key_of_hardware() {
    let town = Town::new().await;
    let mut device = Device::new();
    device.flags |= BACKUP_ELIGIBLE | BACKED_UP;
    signed_in(&town, "khai").await.enrol(&mut device).await;
    let (mut browser, page) = begin(&town).await;
    let code = browser.use_passkey(&page, &mut device).await.parameter("code").unwrap();
    let claims = Tokens(town.rp("portal").redeem(&code, &[]).await.json()).claims();
    assert_eq!(claims["amr"], json!(["mfa", "swk", "user"]));
    town.leave().await;
}

/// §7.2 steps 19 and 25: what is known of a key that can be copied follows what it says, and a key that could be copied once
/// is not taken for another when it is.
#[tokio::test]
async fn it_is_remembered_whether_a_passkey_is_backed_up() {
    let town = Town::new().await;
    let mut device = Device::new();
    device.flags |= BACKUP_ELIGIBLE;
    signed_in(&town, "khai").await.enrol(&mut device).await;
    let khai = people::named(&town.app, &SignInName::parse("khai").unwrap()).await.unwrap().unwrap().id;
    let kept = async || {
        let kept = motcua::parts::authenticate::passkey::of(&town.app, khai).await.unwrap();
        motcua::identity::credential::passkey::is_backed_up(&kept[0].1.passkey)
    };
    assert!(!kept().await);
    for flags in [device.flags | BACKED_UP, device.flags] {
        device.flags = flags;
        signed_in_by(&town, &mut device).await;
        assert_eq!(kept().await, flags & BACKED_UP != 0);
    }
    town.leave().await;
}

/// §7.1 step 26: a credential is one person's. The same of one's own is there already.
#[tokio::test]
async fn a_passkey_of_somebody_is_nobody_elses() {
    let town = Town::new().await;
    let mut device = enrolled(&town, "khai").await;
    let page = signed_in(&town, "an").await.speaking("en").enrol(&mut device).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("was added to an account before"), "{}", page.body);
    town.leave().await;
}

/// "changed one refuses to start": §5.4.1, credentials are scoped to the RP id.
#[tokio::test]
async fn an_instance_does_not_start_under_another_id_of_the_relying_party() {
    let town = Town::new().await;
    let mut config = town.config.clone();
    config.passkeys.rp_id = Some("example".into());
    let refused = town.refuses_to_start(&config).await;
    assert!(refused.contains("passkeys of this instance are kept for id.example"), "{refused}");
    town.leave().await;
}
