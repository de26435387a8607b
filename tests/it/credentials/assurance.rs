//! "The mapping of `acr` to eIDAS and NIST levels is published": in the metadata, on a page and in the README, one and the same.

use motcua::identity::assurance::WORTH;
use serde_json::json;

use crate::town::Town;

/// OpenID Connect Discovery §3: "Additional OpenID Provider Metadata parameters MAY also be used."
#[tokio::test]
async fn programs_read_what_each_class_is_worth() {
    let town = Town::new().await;
    let metadata = town.get("/.well-known/openid-configuration").await.json();
    let substantial = "http://eidas.europa.eu/LoA/substantial";
    let expected = json!({
        "urn:motcua:acr:1": {"nist_aal": 1, "phishing_resistant": false},
        "urn:motcua:acr:2": {"eidas": substantial, "nist_ial": 2, "nist_aal": 2, "phishing_resistant": false},
        "urn:motcua:acr:3": {"eidas": substantial, "nist_ial": 2, "nist_aal": 2, "phishing_resistant": true},
    });
    assert_eq!(metadata["urn:motcua:acr_mappings"], expected);
    let mapped = expected.as_object().unwrap().keys().map(String::as_str);
    assert!(metadata["acr_values_supported"].as_array().unwrap().iter().map(|acr| acr.as_str().unwrap()).eq(mapped));
    town.leave().await;
}

/// "Discovery advertises exactly what works": an issuer without a host name has no passkeys, and none of what they alone reach.
#[tokio::test]
async fn what_no_passkey_can_reach_is_not_advertised() {
    let town = Town::with(|config| config.server.issuer = "https://192.0.2.1".into()).await;
    let metadata = town.get("/.well-known/openid-configuration").await.json();
    let reached = ["urn:motcua:acr:1", "urn:motcua:acr:2"];
    assert_eq!(metadata["acr_values_supported"], json!(reached));
    assert!(metadata["urn:motcua:acr_mappings"].as_object().unwrap().keys().eq(reached));
    town.leave().await;
}

#[tokio::test]
async fn officers_read_the_same_in_both_languages() {
    let town = Town::new().await;
    for (lang, words) in [
        ("vi", ["đáng kể (substantial)", "chống được lừa đảo", "Không có: danh tính"]),
        ("en", ["IAL2, AAL2, resistant to phishing", "substantial", "None: the identity"]),
    ] {
        let page = town.get(&format!("/assurance?lang={lang}")).await;
        assert_eq!(page.status, 200);
        for word in WORTH.iter().map(|worth| worth.acr.as_str()).chain(words) {
            assert!(page.body.contains(word), "{word}: {}", page.body);
        }
    }
    town.leave().await;
}

#[test]
fn the_readme_says_nothing_else() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for worth in WORTH {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{}` |", worth.acr.as_str()))).unwrap();
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let eidas = worth.eidas.map_or("", |uri| uri.rsplit('/').next().unwrap());
        let ial = worth.nist_ial.map(|ial| format!("IAL{ial}, ")).unwrap_or_default();
        let resistant = if worth.phishing_resistant { ", resistant to phishing" } else { "" };
        assert_eq!(cells[3..], [eidas, &format!("{ial}AAL{}{resistant}", worth.nist_aal)], "{row}");
    }
}
