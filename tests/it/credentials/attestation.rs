//! WebAuthn Level 3 §7.1 steps 22 to 24 and 28: "attestation policy by configuration (none; or a list of authenticators by AAGUID
//! with trust anchors from a file of the FIDO Metadata Service that the operator imports)".

use motcua::config::Config;
use motcua::config::passkeys::Policy;
use motcua::flows::admin::authenticator_models;
use motcua::flows::admin::authenticator_models::Outcome;
use motcua::protocol::fido::metadata;
use motcua::protocol::fido::metadata::SIGNER;
use motcua::protocol::fido::metadata::Trust;
use rcgen::CertificateParams;
use rcgen::IsCa;
use rcgen::KeyUsagePurpose;
use serde_json::Value;
use uuid::Uuid;
use uuid::uuid;

use super::leads;
use crate::opening;
use crate::town::BACKUP_ELIGIBLE;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::maker::Authority;
use crate::town::maker::Batch;
use crate::town::maker::MetadataService;
use crate::town::maker::entry;

const MODEL: Uuid = uuid!("4c0f60e2-1d8a-4e53-9f0e-3a5c7d90b1f4");
const OTHER: Uuid = uuid!("9d2b7a6c-55f1-4c1e-8a4d-2f6e0b3c8d17");
const UNKNOWN: Uuid = uuid!("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d");
const NOT_TAKEN: &str = "Passkeys are accepted here from certain kinds of device only";
const UNVERIFIED: &str = "Your device did not confirm the passkey";

fn listed(config: &mut Config) {
    config.passkeys.attestation = Policy::Listed;
    config.passkeys.authenticators = vec![MODEL, UNKNOWN];
}

/// What the operator imports.
async fn import(town: &Town, service: &MetadataService, number: i64, entries: &[Value]) -> Outcome {
    let (file, root) = (service.file(number, "2026-12-01", entries), service.root().der());
    let now = town.app.clock.now();
    let read = metadata::read(&file, &Trust { root: &root, signer: SIGNER }, now).unwrap();
    authenticator_models::import(&town.app, &read, now).await.unwrap()
}

/// A town that takes keys of one maker.
async fn town_of(maker: &Authority, statuses: &[&str]) -> (Town, MetadataService) {
    let (town, service) = (Town::with(listed).await, MetadataService::new(SIGNER));
    let entries = [entry(MODEL, statuses, &[maker.der()]), entry(OTHER, &[], &[maker.der()])];
    assert_eq!(import(&town, &service, 7, &entries).await, Outcome::Done);
    (town, service)
}

async fn signed_in(town: &Town, name: &str) -> Browser {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    assert!(browser.sign_in(&page, name).await.parameter("code").is_some());
    browser
}

async fn refused(browser: &mut Browser, device: &mut Device, words: &str, why: &str) {
    let page = browser.enrol(device).await;
    assert!(page.status == 400 && page.body.contains(words), "{why}: {}", page.body);
    assert!(page.body.contains("role=\"alert\""), "{why}");
    assert!(!browser.open("/account/security").await.body.contains("passkeys/one"), "{why}: nothing has changed");
}

/// A key of the listed model, whose maker the metadata know, is asked what it is, is taken, and signs in.
#[tokio::test]
async fn a_device_of_a_listed_model_that_its_maker_vouches_for_is_taken() {
    let maker = Authority::new("Xưởng Khóa");
    let (town, _) = town_of(&maker, &["FIDO_CERTIFIED_L1"]).await;
    let mut browser = signed_in(&town, "khai").await;
    let page = browser.open("/account/passkeys/add").await;
    let (options, _) = browser.challenge_to_make(&page).await;
    assert_eq!(options["attestation"], "direct");
    assert_eq!(options["attestationFormats"], serde_json::json!(["packed"]));
    let mut device = maker.batch(MODEL).device();
    let page = browser.enrol(&mut device).await;
    assert!(page.body.contains("<bdi>Phone</bdi>"), "{}", page.body);
    let mut other = town.browser().speaking("en");
    let page = other.open(&town.rp("portal").url(&[])).await;
    let done = other.use_passkey(&page, &mut device).await;
    assert!(done.parameter("code").is_some(), "{}", done.body);
    assert_eq!(authenticator_models::standing(&town.app.db, MODEL).await.unwrap().passkeys, 1);
    town.leave().await;
}

/// §7.1 step 24, and RFC 5280 §6: the attestation leads to a certificate that the metadata give for this very model.
#[tokio::test]
async fn what_its_maker_does_not_vouch_for_is_refused_in_words_and_changes_nothing() {
    let (maker, foreign) = (Authority::new("Xưởng Khóa"), Authority::new("Xưởng Khác"));
    let (town, _) = town_of(&maker, &[]).await;
    let mut browser = signed_in(&town, "khai").await;
    let mut expired = CertificateParams::default();
    described(&mut expired);
    expired.not_after = rcgen::date_time_ymd(2026, 11, 1);
    let mut encrypting = CertificateParams::default();
    described(&mut encrypting);
    encrypting.key_usages = vec![KeyUsagePurpose::KeyAgreement];
    let no_issuer = maker.beneath("No issuer", vec![KeyUsagePurpose::DigitalSignature]);
    let mut beneath = no_issuer.batch(MODEL);
    beneath.chain.push(no_issuer.der());
    let batches: [(&str, Batch); 8] = [
        ("a model that is not listed", maker.batch(OTHER)),
        ("a model that the metadata do not know", maker.batch(UNKNOWN)),
        ("an anchor of somebody else", foreign.batch(MODEL)),
        ("one that bears the anchor's name", Authority::new("Xưởng Khóa").batch(MODEL)),
        ("a device that vouches for itself", Batch::of_nobody(MODEL)),
        ("a certificate that is no longer valid", maker.batch_of(MODEL, &expired)),
        ("a key that is not for signatures", maker.batch_of(MODEL, &encrypting)),
        ("an issuer that must not issue", beneath),
    ];
    for (why, batch) in batches {
        refused(&mut browser, &mut batch.device(), NOT_TAKEN, why).await;
    }
    refused(&mut browser, &mut Device::new(), NOT_TAKEN, "no attestation at all").await;
    let mut synced = Device::new();
    synced.flags |= BACKUP_ELIGIBLE;
    refused(&mut browser, &mut synced, NOT_TAKEN, "a passkey that is copied between devices").await;
    let mut vietnamese = browser.clone().speaking("vi");
    let page = vietnamese.enrol(&mut Device::new()).await;
    assert!(page.body.contains("chỉ chấp nhận khóa truy cập trên một số loại thiết bị"), "{}", page.body);
    let between = maker.beneath("Xưởng Khóa, nhánh", vec![KeyUsagePurpose::KeyCertSign]);
    let mut batch = between.batch(MODEL);
    refused(&mut browser, &mut batch.device(), NOT_TAKEN, "a link that is missing").await;
    batch.chain.push(between.der());
    let mut plain = CertificateParams::default();
    described(&mut plain);
    for (why, batch) in [("the whole chain", batch), ("a certificate without a model", maker.batch_of(MODEL, &plain))] {
        let page = browser.enrol(&mut batch.device()).await;
        assert!(page.body.contains("<bdi>Phone</bdi>"), "{why}: {}", page.body);
    }
    town.leave().await;
}

/// The description that WebAuthn Level 3 §8.2.1 asks for.
fn described(params: &mut CertificateParams) {
    for (kind, value) in [
        (rcgen::DnType::CountryName, "VN"),
        (rcgen::DnType::OrganizationName, "Xưởng Khóa"),
        (rcgen::DnType::OrganizationalUnitName, "Authenticator Attestation"),
        (rcgen::DnType::CommonName, "Batch 8"),
    ] {
        params.distinguished_name.push(kind, value);
    }
    params.is_ca = IsCa::ExplicitNoCa;
}

/// "a truncated attestation is refused with a text that a person understands, and changes nothing"; §7.1 step 22, whatever the
/// policy is.
#[tokio::test]
async fn a_statement_that_is_not_whole_is_refused_wherever_it_breaks_off() {
    let maker = Authority::new("Xưởng Khóa");
    let (asking, _) = town_of(&maker, &[]).await;
    for town in [asking, Town::new().await] {
        let mut browser = signed_in(&town, "khai").await;
        for lost in [1, 30, 80, 300, 700] {
            let mut device = maker.batch(MODEL).device();
            device.truncated = lost;
            refused(&mut browser, &mut device, UNVERIFIED, &format!("{lost} bytes are lost")).await;
        }
        for (why, spoil) in SPOILED {
            let mut batch = maker.batch(MODEL);
            spoil(&mut batch);
            refused(&mut browser, &mut batch.device(), UNVERIFIED, why).await;
        }
        let mut liar = maker.batch(OTHER).device();
        liar.model = MODEL.into_bytes();
        refused(&mut browser, &mut liar, UNVERIFIED, "a certificate of another model").await;
        let mut changed = maker.batch(MODEL).device();
        let attest = changed.attest.take().unwrap();
        changed.attest = Some(Box::new(move |signed, key| attest(&signed[1..], key)));
        refused(&mut browser, &mut changed, UNVERIFIED, "a signature over something else").await;
        town.leave().await;
    }
}

type Spoil = fn(&mut Batch);
const SPOILED: [(&str, Spoil); 2] = [
    ("the certificate breaks off", |batch| {
        batch.chain[0].pop();
    }),
    ("the certificate is empty", |batch| batch.chain[0].clear()),
];

/// Without a policy nothing is asked, every device is taken, and what one tells of itself all the same is not kept as known.
#[tokio::test]
async fn without_a_policy_no_device_is_asked_what_it_is() {
    let town = Town::new().await;
    let mut browser = signed_in(&town, "khai").await;
    let page = browser.open("/account/passkeys/add").await;
    let (options, _) = browser.challenge_to_make(&page).await;
    assert!(options["attestation"].as_str().is_none_or(|asked| asked == "none"), "{options}");
    assert!(options.get("attestationFormats").is_none_or(Value::is_null), "{options}");
    let page = browser.enrol(&mut Authority::new("Xưởng Khác").batch(OTHER).device()).await;
    assert!(page.body.contains("<bdi>Phone</bdi>"), "{}", page.body);
    assert_eq!(authenticator_models::standing(&town.app.db, OTHER).await.unwrap().passkeys, 0);
    town.leave().await;
}

/// Nothing was imported yet: no device can show what it is.
#[tokio::test]
async fn before_anything_was_imported_no_device_is_taken() {
    let town = Town::with(listed).await;
    let mut browser = signed_in(&town, "khai").await;
    refused(&mut browser, &mut Authority::new("Xưởng Khóa").batch(MODEL).device(), NOT_TAKEN, "no metadata").await;
    town.leave().await;
}

/// A model of which something bad is reported: no further passkey is made by its devices, those that are there go on, and the
/// operator is told how many. A file that is older does not take that back.
#[tokio::test]
async fn a_model_that_was_revoked_makes_no_further_passkeys_and_those_that_are_there_go_on() {
    let maker = Authority::new("Xưởng Khóa");
    let (town, service) = town_of(&maker, &["FIDO_CERTIFIED_L1"]).await;
    let mut device = maker.batch(MODEL).device();
    signed_in(&town, "khai").await.enrol(&mut device).await;
    let mut an = signed_in(&town, "an").await;
    for (number, status) in [
        (8, "USER_VERIFICATION_BYPASS"),
        (9, "ATTESTATION_KEY_COMPROMISE"),
        (10, "USER_KEY_REMOTE_COMPROMISE"),
        (11, "USER_KEY_PHYSICAL_COMPROMISE"),
        (12, "REVOKED"),
    ] {
        let reported = entry(MODEL, &["FIDO_CERTIFIED_L1", status, "UPDATE_AVAILABLE"], &[maker.der()]);
        assert_eq!(import(&town, &service, number, &[reported]).await, Outcome::Done);
        refused(&mut an, &mut maker.batch(MODEL).device(), NOT_TAKEN, status).await;
    }
    let clean = [entry(MODEL, &["FIDO_CERTIFIED_L1"], &[maker.der()])];
    assert_eq!(import(&town, &service, 7, &clean).await, Outcome::Older(12));
    refused(&mut an, &mut maker.batch(MODEL).device(), NOT_TAKEN, "the former file").await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    assert!(browser.use_passkey(&page, &mut device).await.parameter("code").is_some(), "it was taken before");
    let standing = authenticator_models::standing(&town.app.db, MODEL).await.unwrap();
    assert_eq!((standing.passkeys, standing.known.unwrap().statuses[1].as_str()), (1, "REVOKED"));
    assert_eq!(import(&town, &service, 12, &clean).await, Outcome::Done, "the same number: the service mended it");
    assert!(an.enrol(&mut maker.batch(MODEL).device()).await.body.contains("<bdi>Phone</bdi>"));
    let imports = town.audit().await.into_iter().filter(|(act, ..)| act == "metadata_imported").count();
    assert_eq!(imports, 7, "each import is in the trail, and none that was refused");
    town.leave().await;
}

/// The certificate itself may stand in the metadata, as it does for devices that were made before there was an authority.
#[tokio::test]
async fn a_certificate_that_stands_in_the_metadata_itself_is_enough_as_long_as_it_is_valid() {
    let maker = Authority::new("Xưởng Khóa");
    let (town, service) = (Town::with(listed).await, MetadataService::new(SIGNER));
    let mut expired = CertificateParams::default();
    described(&mut expired);
    expired.not_after = rcgen::date_time_ymd(2026, 11, 1);
    let (batch, late) = (maker.batch(MODEL), maker.batch_of(MODEL, &expired));
    let known = [entry(MODEL, &[], &[batch.chain[0].clone(), late.chain[0].clone()])];
    assert_eq!(import(&town, &service, 7, &known).await, Outcome::Done);
    let mut browser = signed_in(&town, "khai").await;
    refused(&mut browser, &mut late.device(), NOT_TAKEN, "expired").await;
    refused(&mut browser, &mut maker.batch(MODEL).device(), NOT_TAKEN, "another of the same maker").await;
    assert!(browser.enrol(&mut batch.device()).await.body.contains("<bdi>Phone</bdi>"));
    town.leave().await;
}

/// An account that is opened, and the offer after a password: the same policy.
#[tokio::test]
async fn every_page_that_makes_a_passkey_keeps_the_policy() {
    let maker = Authority::new("Xưởng Khóa");
    let town = Town::with_post(|config| {
        opening::open(config);
        listed(config);
    })
    .await;
    let entries = [entry(MODEL, &[], &[maker.der()])];
    assert_eq!(import(&town, &MetadataService::new(SIGNER), 7, &entries).await, Outcome::Done);

    let mut lan = town.browser().speaking("en");
    let page = opening::reached(&town, &mut lan, opening::LAN).await;
    let page = opening::described(&mut lan, &page, "").await;
    let sent = async |browser: &mut Browser, device: &mut Device| {
        let (options, ceremony) = opening::challenge(browser, &page).await;
        assert_eq!(options["attestation"], "direct");
        let (opening, made) = (page.hidden_value("opening"), device.make(&options));
        let fields = [("opening", opening.as_str()), ("ceremony", &ceremony), ("passkey", &made)];
        browser.submit("/open-account/key", &fields).await
    };
    let again = sent(&mut lan, &mut Device::new()).await;
    assert!(again.status == 400 && again.body.contains(NOT_TAKEN), "{}", again.body);
    assert!(again.body.contains("name=\"password\""), "another way stands on the page: {}", again.body);
    let mut broken = maker.batch(MODEL).device();
    broken.truncated = 100;
    let again = sent(&mut lan, &mut broken).await;
    assert!(again.status == 400 && again.body.contains(UNVERIFIED), "{}", again.body);
    assert_eq!(opening::opened(&town).await, 0);
    assert_eq!(sent(&mut lan, &mut maker.batch(MODEL).device()).await.path(), "/");
    assert_eq!(opening::opened(&town).await, 1);

    let mut khai = town.browser().speaking("en");
    let page = leads::sign_in(&town, &mut khai, "khai", PASSWORD).await;
    let answered = async |browser: &mut Browser, page: &Page, device: &mut Device| {
        let (options, ceremony) = browser.challenge_to_make(page).await;
        let made = device.make(&options);
        browser.fill(page, &[("ceremony", &ceremony), ("passkey", &made)]).await
    };
    let again = answered(&mut khai, &page, &mut Device::new()).await;
    assert!(again.path() == "/login/lead" && again.body.contains(NOT_TAKEN), "{} {}", again.url, again.body);
    let done = answered(&mut khai, &again, &mut maker.batch(MODEL).device()).await;
    assert!(done.parameter("code").is_some(), "{}", done.body);
    town.leave().await;
}
