//! Encryption: the cookbook (RFC 7520 §5, §6, and its addition for curve25519) and C2SP Wycheproof.

use std::fs;

use motcua::base::random::SystemEntropy;
use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwe::JweError;
use serde_json::Value;

use super::vectors;
use super::vectors::Tally;

const SYMMETRIC: &str = "dir, A*KW, A*GCMKW, PBES2: shared keys and passwords are not offered";
const OTHER_RSA: &str = "RSA1_5, RSA-OAEP: of RSA only OAEP with SHA-256 is offered";
const OTHER_SIZES: &str = "A192KW, A192GCM, A192CBC-HS384: keys of 192 bits are not offered";
const OTHER_CURVES: &str = "P-384, X25519: agreement is offered on P-256 alone";
const JSON: &str = "JSON serialization is not offered";

#[test]
fn the_encryption_of_the_cookbook_is_read_as_far_as_it_is_offered() {
    let Some(folder) = vectors::folder() else { return };
    let mut tally = Tally::default();
    for entry in fs::read_dir(folder.join("rfc7520/jwe")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let example = vectors::read(&folder, &format!("rfc7520/jwe/{name}"));
        cookbook(name.split_once('.').unwrap().0, &example, &mut tally);
    }
    let nested = vectors::read(&folder, "rfc7520/6.nesting_signatures_and_encryption.json");
    cookbook("6", &nested["encrypt"], &mut tally);
    let x25519 = vectors::read(&folder, "rfc7520/curve25519/ecdh-es.json");
    assert!(jwe::decode(text(&x25519["output"], "compact")).is_err());
    tally.set_apart(OTHER_CURVES);
    tally.assert(1, &[(SYMMETRIC, 5), (OTHER_RSA, 3), (OTHER_CURVES, 2), (JSON, 4)]);
}

fn cookbook(number: &str, example: &Value, tally: &mut Tally) {
    let Some(compact) = example["output"]["compact"].as_str() else {
        assert!(jwe::decode(&example["output"]["json"].to_string()).is_err());
        return tally.set_apart(JSON);
    };
    let reason = match number {
        "5_5" => {
            let plain = decrypt(&example["input"]["key"], KeyManagement::EcdhEs, compact);
            assert_eq!(plain.as_deref(), Ok(text(&example["input"], "plaintext").as_bytes()));
            tally.ran += 1;
            return;
        }
        "5_4" => OTHER_CURVES,
        "5_1" | "5_2" | "6" => OTHER_RSA,
        "5_3" | "5_6" | "5_7" | "5_8" | "5_9" => SYMMETRIC,
        _ => panic!("{number} is new here"),
    };
    assert!(jwe::decode(compact).is_err(), "{number}");
    tally.set_apart(reason);
}

#[test]
fn each_jwe_gets_the_published_verdict() {
    let Some(folder) = vectors::folder() else { return };
    let file = vectors::read(&folder, "wycheproof/json_web_encryption_test.json");
    let mut tally = Tally::default();
    for group in list(&file, "testGroups") {
        for case in list(group, "tests") {
            match apart(&group["private"], case) {
                None => {
                    let alg = text(&group["private"], "alg").parse().unwrap();
                    let plain = decrypt(&group["private"], alg, text(case, "jwe"));
                    assert_eq!(plain.is_ok(), text(case, "result") == "valid", "{case}");
                    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
                    assert!(plain.is_err() || plain.map(hex).as_deref() == Ok(text(case, "pt")), "{case}");
                    tally.ran += 1;
                }
                Some(reason) => {
                    assert!(jwe::decode(text(case, "jwe")).is_err(), "{case}");
                    tally.set_apart(reason);
                }
            }
        }
    }
    tally.assert(55, &[(SYMMETRIC, 51), (OTHER_RSA, 24), (OTHER_SIZES, 8), (OTHER_CURVES, 1)]);
}

/// Why a case does not apply: its key or its algorithms are of a kind that is not offered.
fn apart(key: &Value, case: &Value) -> Option<&'static str> {
    let enc = case["enc"].as_str().unwrap_or_default();
    match (text(key, "kty"), text(key, "alg")) {
        ("oct", _) => Some(SYMMETRIC),
        (_, "RSA1_5" | "RSA-OAEP") => Some(OTHER_RSA),
        (_, "ECDH-ES+A192KW") => Some(OTHER_SIZES),
        _ if enc.starts_with("A192") => Some(OTHER_SIZES),
        ("EC", _) if key["crv"] != "P-256" => Some(OTHER_CURVES),
        _ => None,
    }
}

fn decrypt(key: &Value, alg: KeyManagement, compact: &str) -> Result<Vec<u8>, JweError> {
    let key = DecryptionKey::from_pkcs8(alg, &vectors::pkcs8(key)).unwrap();
    jwe::decode(compact)?.decrypt(&key, &SystemEntropy::default())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}
