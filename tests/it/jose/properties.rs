//! What holds for every input: parsers never panic, what is signed verifies, what is changed does not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use motcua::base::secret::base64url;
use motcua::base::secret::from_base64url;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkSet;
use motcua::jose::jws;
use motcua::jose::jws::EncodedHeader;
use motcua::jose::jws::Header;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;
use serde_json::Value;

static KEYS: LazyLock<BTreeMap<Algorithm, (PrivateKey, PublicKey)>> = LazyLock::new(|| {
    let make = |alg| {
        let (key, _) = PrivateKey::generate(alg).unwrap();
        let public = PublicKey::from_jwk(&key.public_jwk("1")).unwrap();
        (alg, (key, public))
    };
    Algorithm::ALL.into_iter().map(make).collect()
});

fn sign(alg: Algorithm, payload: &[u8]) -> String {
    let header = Header { alg, kid: Some("1".to_owned()), typ: Some("JWT".to_owned()), cty: None };
    let input = jws::signing_input(&EncodedHeader::new(&header), payload);
    let signature = KEYS[&alg].0.sign(input.as_bytes()).unwrap();
    jws::attach(input, &signature)
}

fn verify(alg: Algorithm, compact: &str) -> Option<Vec<u8>> {
    let token = jws::decode(compact).ok()?;
    token.verify(&KEYS[&alg].1, &Algorithm::ALL).ok().map(<[u8]>::to_vec)
}

fn flipped(bytes: &[u8], at: Index, bit: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    bytes
}

/// JSON that resembles a key, so that every member meets every kind of value.
fn resembling_key() -> impl Strategy<Value = Value> {
    let name =
        select(vec!["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "key_ops", "d", "k", "keys", "other"]);
    let known =
        select(vec!["EC", "RSA", "OKP", "oct", "P-256", "Ed25519", "sig", "enc", "verify", "ES256", "AQAB", ""]);
    let value = prop_oneof![
        known.prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 32).prop_map(|bytes| Value::from(base64url(&bytes))),
        prop::collection::vec(any::<u8>(), 250..260).prop_map(|bytes| Value::from(base64url(&bytes))),
        ".{0,20}".prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null),
        Just(Value::from(vec!["verify"])),
    ];
    prop::collection::btree_map(name.prop_map(str::to_owned), value, 0..8)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

proptest! {
    #[test]
    fn no_text_makes_the_parsers_panic(text in any::<String>(), dotted in "[A-Za-z0-9_.=-]{0,200}") {
        for text in [&text, &dotted] {
            let _ = jws::decode(text);
            let _ = Jwk::parse(text);
            let _ = JwkSet::parse(text);
        }
    }

    #[test]
    fn no_header_makes_the_parser_panic(header in any::<Vec<u8>>(), json in resembling_key()) {
        for header in [header, json.to_string().into_bytes()] {
            let _ = jws::decode(&format!("{}.e30.AAAA", base64url(&header)));
        }
    }

    #[test]
    fn no_json_makes_the_key_parsers_panic(members in resembling_key()) {
        if let Ok(jwk) = Jwk::from_value(&members) {
            prop_assert_eq!(Jwk::parse(&jwk.to_value().to_string()), Ok(jwk));
        }
        let _ = JwkSet::from_value(&members);
        let _ = JwkSet::from_value(&serde_json::json!({ "keys": [members] }));
    }

    #[test]
    fn what_is_signed_verifies(alg in select(Algorithm::ALL.to_vec()), payload in any::<Vec<u8>>()) {
        prop_assert_eq!(verify(alg, &sign(alg, &payload)), Some(payload));
    }

    #[test]
    fn a_flipped_bit_of_the_text_fails(
        alg in select(Algorithm::ALL.to_vec()),
        payload in prop::collection::vec(any::<u8>(), 0..100),
        at in any::<Index>(),
        bit in 0_u32..7,
    ) {
        let changed = String::from_utf8(flipped(sign(alg, &payload).as_bytes(), at, bit)).unwrap();
        prop_assert_eq!(verify(alg, &changed), None);
    }

    #[test]
    fn a_flipped_bit_of_any_part_fails(
        alg in select(Algorithm::ALL.to_vec()),
        payload in prop::collection::vec(any::<u8>(), 1..100),
        part in 0_usize..3,
        at in any::<Index>(),
        bit in 0_u32..8,
    ) {
        let compact = sign(alg, &payload);
        let mut parts: Vec<String> = compact.split('.').map(str::to_owned).collect();
        parts[part] = base64url(&flipped(&from_base64url(&parts[part]).unwrap(), at, bit));
        prop_assert_eq!(verify(alg, &parts.join(".")), None);
    }

    #[test]
    fn a_flipped_bit_of_the_key_fails(alg in select(Algorithm::ALL.to_vec()), at in any::<Index>(), bit in 0_u32..8) {
        let mut members = KEYS[&alg].1.jwk().to_value();
        let name = if members.get("n").is_some() { "n" } else { "x" };
        members[name] = base64url(&flipped(&from_base64url(members[name].as_str().unwrap()).unwrap(), at, bit)).into();
        if let Ok(key) = Jwk::from_value(&members).map(|jwk| PublicKey::from_jwk(&jwk)) {
            let compact = sign(alg, b"payload");
            prop_assert!(jws::decode(&compact).unwrap().verify(&key.unwrap(), &[alg]).is_err());
        }
    }
}
