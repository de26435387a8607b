//! C2SP Wycheproof: attacks on JWS (RFC 7515) and JWK sets (RFC 7517).

use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkError;
use motcua::jose::jwk::JwkSet;
use motcua::jose::jws;
use motcua::jose::jws::Unverified;
use serde_json::Value;

use super::vectors;
use super::vectors::Tally;

const MAC: &str = "HS256, HS384, HS512: symmetric signatures are not offered";
const SHA_384_512: &str = "RS384, RS512, PS384, PS512, ES512: only the SHA-256 algorithms are offered";
const PS384_UNDER_PS256: &str = "stricter: a PS384 signature by a key whose `alg` is PS256";

#[test]
fn each_jws_gets_the_published_verdict() {
    let Some(folder) = vectors::folder() else { return };
    let file = vectors::read(&folder, "wycheproof/json_web_signature_test.json");
    let mut tally = Tally::default();
    for group in list(&file, "testGroups") {
        let key = Jwk::from_value(group.get("public").unwrap_or(&group["private"]));
        for case in list(group, "tests") {
            let verified = key.as_ref().is_ok_and(|jwk| {
                let token = jws::decode(text(case, "jws"));
                token.is_ok_and(|token| verifies(&token, jwk))
            });
            match jws_apart(group, case) {
                None => {
                    assert_eq!(verified, text(case, "result") == "valid", "{case}");
                    tally.ran += 1;
                }
                Some(reason) => {
                    assert!(!verified, "{case}");
                    tally.set_apart(reason);
                }
            }
        }
    }
    tally.assert(329, &[(MAC, 39), (SHA_384_512, 31), (PS384_UNDER_PS256, 2)]);
}

/// Why a case does not apply: its key is of a kind that is not offered, so that it is refused whatever it shows.
/// That `alg` = `none` is refused does not depend on the key.
fn jws_apart(group: &Value, case: &Value) -> Option<&'static str> {
    let alg = group["private"]["alg"].as_str().unwrap_or_default();
    let is_none = text(case, "comment") == "algIsNone" || text(case, "comment").contains("NoneAlgorithm");
    match alg {
        _ if is_none => None,
        _ if alg.starts_with("HS") => Some(MAC),
        "RS384" | "RS512" | "PS384" | "PS512" | "ES521" => Some(SHA_384_512),
        "PS256" if text(case, "comment") == "Figure20" => Some(PS384_UNDER_PS256),
        _ => None,
    }
}

#[test]
fn each_jwk_set_gets_the_published_verdict() {
    let Some(folder) = vectors::folder() else { return };
    let file = vectors::read(&folder, "wycheproof/json_web_key_test.json");
    let mut tally = Tally::default();
    for group in list(&file, "testGroups") {
        let set = JwkSet::from_value(group.get("public").unwrap_or(&group["private"]));
        for case in list(group, "tests") {
            let verified = set.as_ref().is_ok_and(|set| {
                let token = jws::decode(text(case, "jws"));
                token.is_ok_and(|token| {
                    set.find(token.header().kid.as_deref(), token.header().alg).any(|jwk| verifies(&token, jwk))
                })
            });
            let only_macs = list(&group["private"], "keys").iter().all(|key| key["kty"] == "oct");
            if only_macs {
                assert_eq!(set, Err(JwkError::Symmetric), "{case}");
                assert!(!verified, "{case}");
                tally.set_apart(MAC);
            } else {
                assert_eq!(verified, text(case, "result") == "valid", "{case}");
                tally.ran += 1;
            }
        }
    }
    tally.assert(12, &[(MAC, 14)]);
}

#[test]
fn each_weak_or_contradictory_key_is_passed_over_for_its_own_reason() {
    let Some(folder) = vectors::folder() else { return };
    let file = vectors::read(&folder, "wycheproof/json_web_key_test.json");
    let sets = list(&file, "testGroups").iter().filter_map(|group| {
        let set = JwkSet::from_value(group.get("public")?).unwrap();
        let reason = *set.skipped().first()?;
        Some((group["tests"][0]["tcId"].as_u64().unwrap(), reason))
    });
    let reasons = [
        (6, JwkError::UnknownAlgorithm),
        (7, JwkError::WeakModulus),
        (8, JwkError::ModulusSize),
        (9, JwkError::Exponent),
        (19, JwkError::UnknownAlgorithm),
        (20, JwkError::UnknownAlgorithm),
        (21, JwkError::Contradictory),
        (22, JwkError::Point),
        (23, JwkError::UnknownType),
        (24, JwkError::Missing("n")),
    ];
    assert_eq!(sets.collect::<Vec<_>>(), reasons);
}

/// RFC 7517 §9.2: whoever publishes a private key has lost it.
#[test]
fn every_private_key_is_refused() {
    let Some(folder) = vectors::folder() else { return };
    let signatures = vectors::read(&folder, "wycheproof/json_web_signature_test.json");
    for group in list(&signatures, "testGroups") {
        let refusal = Jwk::from_value(&group["private"]);
        assert!(matches!(refusal, Err(JwkError::Private | JwkError::Symmetric)), "{refusal:?}");
    }
    let sets = vectors::read(&folder, "wycheproof/json_web_key_test.json");
    for group in list(&sets, "testGroups") {
        let refusal = JwkSet::from_value(&group["private"]);
        assert!(matches!(refusal, Err(JwkError::Private | JwkError::Symmetric)), "{refusal:?}");
    }
}

fn verifies(token: &Unverified<'_>, jwk: &Jwk) -> bool {
    PublicKey::from_jwk(jwk).is_ok_and(|key| token.verify(&key, &Algorithm::ALL).is_ok())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}
