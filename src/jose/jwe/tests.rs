use super::*;
use crate::base::random::SeededEntropy;
use crate::base::secret::base64url;
use crate::jose::jwa::ContentEncryption;
use crate::jose::jwa::KeyManagement;

fn keys(alg: KeyManagement) -> (DecryptionKey, EncryptionKey) {
    let (private, _) = DecryptionKey::generate(alg).unwrap();
    let public = EncryptionKey::from_jwk(&private.public_jwk("k")).unwrap();
    (private, public)
}

fn header(alg: KeyManagement, enc: ContentEncryption) -> Header {
    Header { alg, enc, kid: Some("k".into()), typ: Some("x".into()), cty: Some("JWT".into()) }
}

fn refusal(header: &str) -> JweError {
    decode(&format!("{}..AAAA.AAAA.AAAA", base64url(header.as_bytes()))).unwrap_err()
}

#[test]
fn what_was_encrypted_is_what_is_read_by_its_own_key_alone() {
    let entropy = SeededEntropy::new(1);
    let families = [keys(KeyManagement::RsaOaep256), keys(KeyManagement::EcdhEs)];
    for (alg, enc) in KeyManagement::ALL.into_iter().flat_map(|alg| ContentEncryption::ALL.map(|enc| (alg, enc))) {
        let own = usize::from(alg != KeyManagement::RsaOaep256);
        let compact = encrypt(&header(alg, enc), &families[own].1, b"plain", &entropy).unwrap();
        let token = decode(&compact).unwrap();
        assert_eq!(token.header(), &header(alg, enc));
        assert_eq!(token.decrypt(&families[own].0, &entropy).as_deref(), Ok(&b"plain"[..]));
        assert_eq!(token.decrypt(&families[1 - own].0, &entropy), Err(JweError::NotDecrypted));
        assert_eq!(token.decrypt(&keys(alg).0, &entropy), Err(JweError::NotDecrypted));
        let other = encrypt(&header(alg, enc), &families[1 - own].1, b"plain", &entropy);
        assert_eq!(other, Err(JweError::NotEncrypted(KeyError::WrongAlgorithm)));
    }
}

/// RFC 7516 §11.5.
#[test]
fn a_key_that_rsa_does_not_find_or_of_a_wrong_length_fails_like_a_wrong_tag() {
    let (entropy, (private, public)) = (SeededEntropy::new(2), keys(KeyManagement::RsaOaep256));
    let compact = encrypt(&header(KeyManagement::RsaOaep256, ContentEncryption::A128Gcm), &public, b"plain", &entropy);
    let compact = compact.unwrap();
    let parts: Vec<&str> = compact.split('.').collect();
    let short = public.send(KeyManagement::RsaOaep256, ContentEncryption::A128Gcm, Secret::new(vec![1; 15])).unwrap();
    for key in ["".to_owned(), base64url(&[1; 256]), base64url(&short.encrypted_key)] {
        let changed = [parts[0], &key, parts[2], parts[3], parts[4]].join(".");
        assert_eq!(decode(&changed).unwrap().decrypt(&private, &entropy), Err(JweError::NotDecrypted), "{key}");
    }
}

/// RFC 7516 §5.2: "verify that the JWE Encrypted Key value is an empty octet sequence".
#[test]
fn a_key_beside_the_one_agreed_upon_is_refused() {
    let (entropy, (private, public)) = (SeededEntropy::new(3), keys(KeyManagement::EcdhEs));
    let compact = encrypt(&header(KeyManagement::EcdhEs, ContentEncryption::A128Gcm), &public, b"plain", &entropy);
    let compact = compact.unwrap();
    assert!(decode(&compact).unwrap().decrypt(&private, &entropy).is_ok());
    let changed = compact.replacen("..", ".AAAA.", 1);
    assert_eq!(decode(&changed).unwrap().decrypt(&private, &entropy), Err(JweError::NotDecrypted));
}

#[test]
fn a_header_that_is_odd_in_any_way_is_refused() {
    let with = |rest: &str| refusal(&format!(r#"{{"alg":"RSA-OAEP-256","enc":"A128GCM"{rest}}}"#));
    assert_eq!(with(r#","crit":["exp"],"exp":1"#), JweError::Critical);
    assert_eq!(with(r#","crit":[]"#), JweError::Critical);
    assert_eq!(with(r#","zip":"DEF""#), JweError::Compressed);
    assert_eq!(with(r#","zip":null"#), JweError::Compressed);
    for rest in [r#","alg":"RSA-OAEP-256""#, r#","kid":1"#, r#","typ":null"#, r#","cty":[]"#] {
        assert_eq!(with(rest), JweError::Header, "{rest}");
    }
    for alg in ["RSA1_5", "RSA-OAEP", "dir", "A128KW", "PBES2-HS256+A128KW", "none", "ES256", "ECDH-ES+A192KW"] {
        assert_eq!(refusal(&format!(r#"{{"alg":"{alg}","enc":"A128GCM"}}"#)), JweError::UnknownAlgorithm, "{alg}");
    }
    for enc in ["A192GCM", "A192CBC-HS384", "none", ""] {
        assert_eq!(refusal(&format!(r#"{{"alg":"RSA-OAEP-256","enc":"{enc}"}}"#)), JweError::UnknownAlgorithm);
    }
    for header in [r#"{"alg":"RSA-OAEP-256"}"#, r#"{"enc":"A128GCM"}"#, r#"{"alg":1,"enc":"A128GCM"}"#, "{}", "[]", ""]
    {
        assert_eq!(refusal(header), JweError::Header, "{header}");
    }
    assert_eq!(with(&format!(r#","kid":"{}""#, "k".repeat(MAX_HEADER))), JweError::TooLong);
}

#[test]
fn an_agreement_needs_a_public_point_and_names_in_base64url() {
    let point = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
    let read = |rest: &str| {
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM"{rest}}}"#);
        decode(&format!("{}..AAAA.AAAA.AAAA", base64url(header.as_bytes()))).map(|_| ())
    };
    assert_eq!(read(&format!(r#","epk":{{{point}}},"apu":"QWxpY2U","apv":"Qm9i""#)), Ok(()));
    for rest in [
        String::new(),
        r#","epk":"x""#.to_owned(),
        format!(r#","epk":{{{point},"d":"AQ"}}"#),
        r#","epk":{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#.to_owned(),
        format!(r#","epk":{{{}}}"#, point.replace("x_FEz", "x_FEy")),
        format!(r#","epk":{{{point}}},"apu":"Qm9i=""#),
        format!(r#","epk":{{{point}}},"apv":1"#),
    ] {
        assert_eq!(read(&rest), Err(JweError::Header), "{rest}");
    }
    let ed25519 = r#","epk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM"{ed25519}}}"#);
    let compact = format!("{}..AAAA.AAAA.AAAA", base64url(header.as_bytes()));
    let (private, _) = keys(KeyManagement::EcdhEs);
    assert_eq!(decode(&compact).unwrap().decrypt(&private, &SeededEntropy::new(4)), Err(JweError::NotDecrypted));
}

#[test]
fn anything_but_five_parts_of_strict_base64url_is_refused() {
    let header = base64url(br#"{"alg":"RSA-OAEP-256","enc":"A128GCM"}"#);
    for rest in ["", ".A", "...", "....A", "....AAAA=", "....AA A", "....AA+A", ".AB..AAAA.AAAA", "....AAAA\n", "....."]
    {
        assert_eq!(decode(&format!("{header}{rest}")).unwrap_err(), JweError::Malformed, "{rest}");
    }
    let long = format!("{header}...{}.AAAA", "A".repeat(MAX_COMPACT));
    assert_eq!(decode(&long).unwrap_err(), JweError::TooLong);
}
