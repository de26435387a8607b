//! `motcua passkeys`: what an operator imports of the FIDO Metadata Service (v3.0 §3.2), and sees of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use motcua::protocol::fido::metadata::SIGNER;
use rcgen::CertificateParams;
use rcgen::KeyUsagePurpose;
use serde_json::Value;
use uuid::Uuid;
use uuid::uuid;

use super::program::Ran;
use super::program::Site;
use crate::town::maker::Authority;
use crate::town::maker::MetadataService;
use crate::town::maker::entry;

const MODEL: Uuid = uuid!("4c0f60e2-1d8a-4e53-9f0e-3a5c7d90b1f4");
const REVOKED: Uuid = uuid!("9d2b7a6c-55f1-4c1e-8a4d-2f6e0b3c8d17");
const UNKNOWN: Uuid = uuid!("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d");

fn listing() -> String {
    format!("[passkeys]\nattestation = \"listed\"\nauthenticators = [\"{MODEL}\", \"{REVOKED}\", \"{UNKNOWN}\"]\n")
}

fn entries() -> [Value; 2] {
    let maker = Authority::new("Xưởng Khóa");
    [entry(MODEL, &["FIDO_CERTIFIED_L1"], &[maker.der()]), entry(REVOKED, &["REVOKED"], &[maker.der()])]
}

/// Imports a file of the service, under the root that is its own.
fn import(site: &Site, service: &MetadataService, file: &str) -> Ran {
    site.write("blob.jwt", file);
    site.write("root.pem", &service.root().pem());
    site.configured(&["passkeys", "import-metadata", "blob.jwt", "--root", "root.pem"])
}

#[tokio::test]
async fn what_was_imported_is_shown_with_how_the_listed_models_stand() {
    let (site, service) = (Site::new("", &listing()).await, MetadataService::new(SIGNER));
    let shows = |arguments: &[&str]| site.configured(&[&["passkeys", "metadata"], arguments].concat());
    let nothing = shows(&[]).failed();
    assert!(nothing.contains("import-metadata"), "what to do about it: {nothing}");
    let said = import(&site, &service, &service.file(41, "2999-01-01", &entries())).succeeded();
    let shown = shows(&[]).succeeded();
    assert!(said.contains("imported number 41 with 2 models"), "{said}");
    assert!(shown.contains("number 41, 2 models") && shown.contains("next update 2999-01-01"), "{shown}");
    for lines in [&said, &shown] {
        let of = |model: Uuid| lines.lines().find(|line| line.starts_with(&model.to_string())).unwrap();
        assert!(of(MODEL).contains(" taken; passkeys: 0; certificates: 1; reported: FIDO_CERTIFIED_L1; Khóa Đỏ 5"));
        assert!(of(REVOKED).contains("not taken: REVOKED"), "{lines}");
        assert!(of(UNKNOWN).contains("not taken: it is not in the metadata"), "{lines}");
    }
    let one = shows(&[&REVOKED.to_string()]).succeeded();
    assert!(one.lines().count() == 1 && one.contains("not taken: REVOKED"), "{one}");
    let trail = site.configured(&["audit", "--json"]).succeeded();
    assert_eq!(trail.matches("metadata_imported").count(), 1, "{trail}");
    site.leave().await;
}

/// "signature verified, chain validated to a root": what is not believed changes nothing, and says why.
#[tokio::test]
async fn a_file_that_is_not_to_be_believed_is_refused_with_the_reason() {
    let (site, service) = (Site::new("", &listing()).await, MetadataService::new(SIGNER));
    let good = service.file(41, "2999-01-01", &entries());
    let other = MetadataService::new(SIGNER);
    let mut expired = CertificateParams::new([SIGNER.to_owned()]).unwrap();
    expired.not_after = rcgen::date_time_ymd(2026, 1, 1);
    let expired = MetadataService::with(&expired);
    let mut encrypting = CertificateParams::new([SIGNER.to_owned()]).unwrap();
    encrypting.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    let encrypting = MetadataService::with(&encrypting);
    let mut alone = MetadataService::new(SIGNER);
    alone.chain.pop();
    let mut bare = MetadataService::new(SIGNER);
    bare.chain.clear();
    let stranger = MetadataService::new("www.example");
    let payload = |service: &MetadataService| service.file(41, "2999-01-01", &entries());
    let cases: [(&MetadataService, String, &str); 10] = [
        (&other, good.clone(), "lead to no anchor"),
        (&expired, payload(&expired), "CertExpired"),
        (&encrypting, payload(&encrypting), "not meant for signatures"),
        (&alone, payload(&alone), "lead to no anchor"),
        (&bare, payload(&bare), "there is no certificate"),
        (&stranger, payload(&stranger), "not one of mds.fidoalliance.org"),
        (&service, resigned(&good, &other.file(41, "2999-01-01", &entries())), "its signature is not valid"),
        (&service, tampered(&good), "its signature is not valid"),
        (&service, "a file of something else".into(), "no signed file of the FIDO Metadata Service"),
        (&service, service.signed("{\"no\": 41}"), "what it says cannot be read"),
    ];
    for (of, file, why) in cases {
        let refused = import(&site, of, &file).failed();
        assert!(refused.contains(why) && refused.contains("nothing was imported"), "{why}: {refused}");
        assert!(site.configured(&["passkeys", "metadata"]).failed().contains("nothing was imported yet"), "{why}");
    }
    site.write("blob.jwt", &good);
    let foreign = site.configured(&["passkeys", "import-metadata", "blob.jwt"]).failed();
    assert!(foreign.contains("lead to no anchor"), "without a root the one of the FIDO Alliance counts: {foreign}");
    site.write("root.pem", "no certificate");
    let arguments = ["passkeys", "import-metadata", "blob.jwt", "--root", "root.pem"];
    assert!(site.configured(&arguments).failed().contains("expected a certificate as PEM"));
    site.write("root.pem", &stranger.root().pem());
    site.write("blob.jwt", &payload(&stranger));
    let named = site.configured(&[&arguments[..], &["--signer", "www.example"]].concat()).succeeded();
    assert!(named.contains("imported number 41"), "{named}");
    site.leave().await;
}

/// The same with another number.
fn tampered(file: &str) -> String {
    let parts: Vec<&str> = file.split('.').collect();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let other = payload.replacen("\"no\":41", "\"no\":42", 1);
    assert_ne!(payload, other);
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(other), parts[2])
}

/// The signature of another in the place of its own.
fn resigned(file: &str, other: &str) -> String {
    format!("{}.{}", file.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1)
}

/// "`no` (serial number) must not go back, `nextUpdate` past is told as a warning"
#[tokio::test]
async fn a_former_file_is_refused_and_one_that_is_overdue_is_told() {
    let (site, service) = (Site::new("", &listing()).await, MetadataService::new(SIGNER));
    import(&site, &service, &service.file(41, "2999-01-01", &entries())).succeeded();
    let back = import(&site, &service, &service.file(40, "2999-01-01", &[])).failed();
    assert!(back.contains("number 40") && back.contains("number 41 was imported before"), "{back}");
    assert!(site.configured(&["passkeys", "metadata"]).succeeded().contains("number 41, 2 models"));
    let file = service.file(42, "2026-01-02", &entries()[..1]);
    let late = import(&site, &service, &file);
    assert!(late.ok && late.err.contains("overdue") && late.err.contains("2026-01-02"), "{}{}", late.out, late.err);
    let shown = site.configured(&["passkeys", "metadata"]).succeeded();
    assert!(shown.contains("number 42, 1 models") && shown.contains("overdue"), "{shown}");
    assert!(shown.contains(&format!("{REVOKED} not taken: it is not in the metadata")), "{shown}");
    site.leave().await;
}

/// A status that came after this version refuses nobody, as the specification wants it, and is told whoever lists the model.
#[tokio::test]
async fn a_status_that_nobody_knows_yet_is_told() {
    let (site, service) = (Site::new("", &listing()).await, MetadataService::new(SIGNER));
    let maker = Authority::new("Xưởng Khóa");
    let entries = [entry(MODEL, &["FIDO_CERTIFIED_L1", "HALF_\u{1b}_TRUSTED"], &[maker.der()])];
    let imported = import(&site, &service, &service.file(41, "2999-01-01", &entries));
    let told = "does not know what is reported and takes such models all the same: HALF_\u{fffd}_TRUSTED\n";
    assert!(imported.ok && imported.err.contains(told), "{}{}", imported.out, imported.err);
    let shown = site.configured(&["passkeys", "metadata"]).succeeded();
    assert!(shown.contains(&format!("{MODEL} taken")) && shown.contains(told), "{shown}");
    let known = import(&site, &service, &service.file(42, "2999-01-01", &self::entries()));
    assert!(known.ok && !known.err.contains("does not know"), "{}", known.err);
    site.leave().await;
}

/// Who serves without metadata, or with old ones, is told.
#[tokio::test]
async fn a_server_that_lacks_metadata_says_so_at_its_start() {
    let (site, service) = (Site::new("", &listing()).await, MetadataService::new(SIGNER));
    let starts_with = async |words: &str| {
        let mut serving = site.serve().await;
        let line = serving.line("there is something to import").await;
        assert!(line["level"] == "WARN" && line["why"].as_str().unwrap().contains(words), "{line}");
        serving.stop().await;
    };
    starts_with("no passkey can be made").await;
    import(&site, &service, &service.file(41, "2026-01-02", &entries())).succeeded();
    starts_with("are overdue").await;
    site.leave().await;
}

/// "empty with \"listed\" = refused at start with the mend"
#[tokio::test]
async fn a_policy_that_takes_nothing_or_a_list_that_is_not_heeded_is_refused_with_the_mend() {
    let directory = tempfile::tempdir().unwrap();
    for (section, mend) in [
        ("attestation = \"listed\"", "set it to \"none\" to take all"),
        ("authenticators = [\"4c0f60e2-1d8a-4e53-9f0e-3a5c7d90b1f4\"]", "set it to \"listed\" for them to count"),
        (
            "attestation = \"listed\"\nauthenticators = [\"00000000-0000-0000-0000-000000000000\"]",
            "devices which do not say what they are",
        ),
        ("attestation = \"listed\"\nauthenticators = [\"a key\"]", "passkeys.authenticators"),
        ("attestation = \"direct\"", "passkeys.attestation"),
    ] {
        let text = format!("[server]\nissuer = \"https://id.example\"\n[passkeys]\n{section}\n");
        std::fs::write(directory.path().join("motcua.toml"), text).unwrap();
        let refused = super::program::run_in(directory.path(), &["check-config"], &[]).failed();
        assert!(refused.contains(mend) && refused.contains("passkeys."), "{section}: {refused}");
    }
}
