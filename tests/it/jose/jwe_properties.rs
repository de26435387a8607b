//! What holds for every content and every text: the parser never panics, what is encrypted is read, what is changed is
//! not.

use std::sync::LazyLock;

use motcua::base::random::SystemEntropy;
use motcua::base::secret::base64url;
use motcua::base::secret::from_base64url;
use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::alg::encryption::EncryptionKey;
use motcua::jose::jwa::ContentEncryption;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwe::Header;
use motcua::jose::jwe::JweError;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;
use serde_json::Value;

type Pair = (DecryptionKey, EncryptionKey);

static RSA: LazyLock<Pair> = LazyLock::new(|| pair(KeyManagement::RsaOaep256));
static EC: LazyLock<Pair> = LazyLock::new(|| pair(KeyManagement::EcdhEs));

fn pair(alg: KeyManagement) -> Pair {
    let (private, _) = DecryptionKey::generate(alg).unwrap();
    let public = EncryptionKey::from_jwk(&private.public_jwk("1")).unwrap();
    (private, public)
}

fn keys(alg: KeyManagement) -> &'static Pair {
    if alg == KeyManagement::RsaOaep256 { &RSA } else { &EC }
}

fn encrypt((alg, enc): (KeyManagement, ContentEncryption), plain: &[u8]) -> String {
    let header = Header { alg, enc, kid: Some("1".to_owned()), typ: None, cty: Some("JWT".to_owned()) };
    jwe::encrypt(&header, &keys(alg).1, plain, &SystemEntropy::default()).unwrap()
}

fn decrypt(alg: KeyManagement, compact: &str) -> Result<Vec<u8>, JweError> {
    jwe::decode(compact)?.decrypt(&keys(alg).0, &SystemEntropy::default())
}

fn algorithms() -> impl Strategy<Value = (KeyManagement, ContentEncryption)> {
    (select(KeyManagement::ALL.to_vec()), select(ContentEncryption::ALL.to_vec()))
}

fn flipped(bytes: &[u8], at: Index, bit: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    bytes
}

/// JSON that resembles a header, so that every member meets every kind of value.
fn resembling_header() -> impl Strategy<Value = Value> {
    let name = select(vec!["alg", "enc", "epk", "apu", "apv", "kid", "typ", "cty", "crit", "zip", "other"]);
    let known = select(vec!["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "dir", "A128GCM", "A256CBC-HS512", "JWT", ""]);
    let value = prop_oneof![
        known.prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null),
        Just(EC.1.jwk().to_value()),
        prop::collection::vec(any::<u8>(), 32).prop_map(|bytes| {
            serde_json::json!({ "kty": "EC", "crv": "P-256", "x": base64url(&bytes), "y": base64url(&bytes) })
        }),
    ];
    prop::collection::btree_map(name.prop_map(str::to_owned), value, 0..8)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), dotted in "[A-Za-z0-9_.=-]{0,200}") {
        for text in [text, dotted] {
            prop_assert!(jwe::decode(&text).is_err());
        }
    }

    #[test]
    fn no_header_or_part_makes_parser_and_keys_panic(
        header in resembling_header(),
        alg in select(KeyManagement::ALL.to_vec()),
        key in prop::collection::vec(any::<u8>(), 0..300),
        iv in prop::collection::vec(any::<u8>(), 0..20),
        rest in prop::collection::vec(any::<u8>(), 0..70),
    ) {
        let mut complete = header.clone();
        let members = complete.as_object_mut().unwrap();
        members.insert("alg".to_owned(), alg.as_str().into());
        members.entry("enc").or_insert("A128GCM".into());
        members.entry("epk").or_insert(EC.1.jwk().to_value());
        for header in [header, complete] {
            let parts = [header.to_string().as_bytes(), &key, &iv, &rest, &rest].map(base64url);
            let compact = parts.join(".");
            for (private, _) in [&*RSA, &*EC] {
                let read = jwe::decode(&compact);
                prop_assert!(read.and_then(|token| token.decrypt(private, &SystemEntropy::default())).is_err());
            }
        }
    }

    #[test]
    fn what_is_encrypted_is_read(how in algorithms(), plain in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(decrypt(how.0, &encrypt(how, &plain)), Ok(plain));
    }

    #[test]
    fn a_flipped_bit_of_any_part_fails(
        how in algorithms(),
        plain in prop::collection::vec(any::<u8>(), 1..100),
        part in 0_usize..5,
        at in any::<Index>(),
        bit in 0_u32..8,
    ) {
        let compact = encrypt(how, &plain);
        let mut parts: Vec<String> = compact.split('.').map(str::to_owned).collect();
        let part = if parts[part].is_empty() { 3 } else { part };
        parts[part] = base64url(&flipped(&from_base64url(&parts[part]).unwrap(), at, bit));
        let read = decrypt(how.0, &parts.join("."));
        prop_assert!(read.is_err());
        prop_assert!(part == 0 || read == Err(JweError::NotDecrypted));
    }

    #[test]
    fn a_part_that_is_cut_or_grown_fails(how in algorithms(), part in 1_usize..5, cut in 1_usize..20, grows in any::<bool>()) {
        let compact = encrypt(how, b"plain");
        let mut parts: Vec<String> = compact.split('.').map(str::to_owned).collect();
        let mut bytes = from_base64url(&parts[part]).unwrap();
        if grows || bytes.is_empty() {
            bytes.extend(vec![0; cut]);
        } else {
            bytes.truncate(bytes.len().saturating_sub(cut));
        }
        parts[part] = base64url(&bytes);
        prop_assert_eq!(decrypt(how.0, &parts.join(".")), Err(JweError::NotDecrypted));
    }
}
