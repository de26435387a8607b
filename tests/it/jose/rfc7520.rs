//! The JOSE cookbook: RFC 7520 §3, §4, §6, and its additions for curve25519 (RFC 8037).

use std::fs;

use motcua::base::secret::base64url;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkError;
use motcua::jose::jws;
use motcua::jose::jws::EncodedHeader;
use motcua::jose::jws::Header;
use motcua::jose::jws::JwsError;
use serde_json::Value;

use super::vectors;
use super::vectors::Tally;

const MAC: &str = "HS256: symmetric signatures are not offered";
const SHA_384_512: &str = "PS384, ES512: only the SHA-256 algorithms are offered";
const JSON: &str = "JSON serialization is not offered";
const JWE: &str = "encryption, not a signature";

#[test]
fn the_signatures_of_the_cookbook_verify_and_are_made_again() {
    let Some(folder) = vectors::folder() else { return };
    let mut tally = Tally::default();
    let mut names: Vec<_> = fs::read_dir(folder.join("rfc7520/jws")).unwrap().map(|entry| entry.unwrap()).collect();
    names.sort_by_key(|entry| entry.file_name());
    for name in names {
        let name = name.file_name().into_string().unwrap();
        let example = vectors::read(&folder, &format!("rfc7520/jws/{name}"));
        match name.split_once('.').unwrap().0 {
            "4_1" => {
                assert_verifies(&example);
                assert_made_again(Algorithm::Rs256, &example);
                tally.ran += 1;
            }
            "4_2" | "4_3" => {
                let compact = text(&example["output"], "compact");
                assert_eq!(jws::decode(compact).unwrap_err(), JwsError::UnknownAlgorithm);
                tally.set_apart(SHA_384_512);
            }
            "4_4" => {
                let compact = text(&example["output"], "compact");
                assert_eq!(jws::decode(compact).unwrap_err(), JwsError::UnknownAlgorithm);
                tally.set_apart(MAC);
            }
            "4_5" | "4_6" | "4_7" => tally.set_apart(MAC),
            "4_8" => {
                // The first of its three signatures covers its protected header alone, as in the compact form.
                let (signing, key) = (&example["signing"][0], public(&example["input"]["key"][0]));
                let compact = format!("{}.{}", text(signing, "sig-input"), text(signing, "sig"));
                let payload = jws::decode(&compact).unwrap().verify(&key, &[Algorithm::Rs256]).map(<[u8]>::to_vec);
                assert_eq!(payload.unwrap(), text(&example["input"], "payload").as_bytes());
                assert!(jws::decode(&example["output"]["json"].to_string()).is_err());
                tally.set_apart(JSON);
            }
            _ => panic!("{name} is new here"),
        }
    }
    let nested = vectors::read(&folder, "rfc7520/6.nesting_signatures_and_encryption.json");
    assert_verifies(&nested["sign"]);
    assert_encoded(Algorithm::Ps256, &nested["sign"]);
    tally.ran += 1;
    tally.assert(2, &[(MAC, 4), (SHA_384_512, 2), (JSON, 1)]);
}

#[test]
fn the_ed25519_signature_of_the_cookbook_verifies_and_is_made_again() {
    let Some(folder) = vectors::folder() else { return };
    let mut tally = Tally::default();
    let example = vectors::read(&folder, "rfc7520/curve25519/jws.json");
    assert_verifies(&example);
    assert_made_again(Algorithm::EdDsa, &example);
    tally.ran += 1;
    let agreement = vectors::read(&folder, "rfc7520/curve25519/ecdh-es.json");
    let mut key = agreement["input"]["key"].clone();
    assert_eq!(Jwk::from_value(&key), Err(JwkError::Private));
    key.as_object_mut().unwrap().remove("d");
    assert_eq!(Jwk::from_value(&key), Err(JwkError::UnknownType));
    tally.set_apart(JWE);
    assert_eq!(fs::read_dir(folder.join("rfc7520/curve25519")).unwrap().count(), 2);
    tally.assert(1, &[(JWE, 1)]);
}

#[test]
fn the_keys_of_the_cookbook_are_taken_if_they_are_public() {
    let Some(folder) = vectors::folder() else { return };
    let read = |name| vectors::read(&folder, &format!("rfc7520/jwk/{name}.json"));
    let rsa = read("3_3.rsa_public_key");
    assert_eq!(Jwk::from_value(&rsa).map(|jwk| jwk.to_value()), Ok(rsa));
    // P-521 belongs to ES512, which is not offered.
    assert_eq!(Jwk::from_value(&read("3_1.ec_public_key")), Err(JwkError::UnknownType));
    assert_eq!(Jwk::from_value(&read("3_2.ec_private_key")), Err(JwkError::Private));
    assert_eq!(Jwk::from_value(&read("3_4.rsa_private_key")), Err(JwkError::Private));
    assert_eq!(Jwk::from_value(&read("3_5.symmetric_key_mac_computation")), Err(JwkError::Symmetric));
    assert_eq!(Jwk::from_value(&read("3_6.symmetric_key_encryption")), Err(JwkError::Symmetric));
    assert_eq!(fs::read_dir(folder.join("rfc7520/jwk")).unwrap().count(), 6);
}

fn assert_verifies(example: &Value) {
    let compact = text(&example["output"], "compact");
    let token = jws::decode(compact).unwrap();
    let alg = text(&example["input"], "alg").parse().unwrap();
    let payload = token.verify(&public(&example["input"]["key"]), &[alg]);
    assert_eq!(payload, Ok(text(&example["input"], "payload").as_bytes()));
}

fn assert_encoded(alg: Algorithm, example: &Value) -> String {
    let protected = &example["signing"]["protected"];
    let member = |name: &str| protected[name].as_str().map(str::to_owned);
    let header = EncodedHeader::new(&Header { alg, kid: member("kid"), typ: member("typ"), cty: None });
    let input = jws::signing_input(&header, text(&example["input"], "payload").as_bytes());
    assert_eq!(input, text(&example["signing"], "sig-input"));
    input
}

/// For signatures without a nonce: the published key makes the published signature.
fn assert_made_again(alg: Algorithm, example: &Value) {
    let input = assert_encoded(alg, example);
    let key = PrivateKey::from_pkcs8(alg, &vectors::pkcs8(&example["input"]["key"])).unwrap();
    let signature = key.sign(input.as_bytes()).unwrap();
    assert_eq!(base64url(&signature), text(&example["signing"], "sig"));
    assert_eq!(jws::attach(input, &signature), text(&example["output"], "compact"));
}

fn public(private: &Value) -> PublicKey {
    let mut members = private.clone();
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        members.as_object_mut().unwrap().remove(name);
    }
    PublicKey::from_jwk(&Jwk::from_value(&members).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}
