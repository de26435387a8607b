//! What is fuzzed: every parser that a stranger reaches. The targets feed these functions with what they find, the test
//! suite with the corpus. Each also asserts what must hold of whatever was taken.

use std::sync::LazyLock;

use motcua::base::random::SystemEntropy;
use motcua::base::secret::base64url;
use motcua::base::time::Timestamp;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::PublicKey;
use motcua::jose::alg::encryption::DecryptionKey;
use motcua::jose::jwa::Algorithm;
use motcua::jose::jwa::KeyManagement;
use motcua::jose::jwe;
use motcua::jose::jwk::Jwk;
use motcua::jose::jwk::JwkSet;
use motcua::jose::jws;
use motcua::jose::jws::EncodedHeader;
use motcua::jose::jws::Header;
use motcua::jose::jwt;
use motcua::jose::jwt::Expect;
use motcua::jose::jwt::Expiry;
use motcua::protocol::oauth::authorization_request::AuthorizationRequest;
use motcua::protocol::oauth::authorization_request::ReturnAddress;
use motcua::protocol::oauth::client_metadata::ApplicationType;
use motcua::protocol::oauth::client_metadata::ClientMetadata;
use motcua::protocol::oauth::client_metadata::Profile;
use motcua::protocol::oauth::client_metadata::registration::Offer;
use motcua::protocol::oauth::client_metadata::registration::Requested;
use motcua::protocol::oauth::parameters::Parameters;
use motcua::protocol::oauth::redirect_uri as redirect;
use motcua::protocol::oauth::scope::Scope;
use motcua::protocol::oauth::software_statement::Expect as Expected;
use motcua::protocol::oauth::software_statement::Statement;
use motcua::protocol::oauth::token_request::GrantType;
use motcua::protocol::oauth::token_request::TokenRequest;
use motcua::protocol::oidc::claims::ClaimsRequest;
use serde_json::Map;
use serde_json::Value;

/// A form or a query, and a token request in it.
pub fn parameters(data: &[u8]) {
    let Ok(parameters) = Parameters::parse(data) else { return };
    assert!(parameters.canonical_len() <= data.len() * 3 + 16);
    let request = TokenRequest::parse(&parameters);
    assert!(parameters.each_once().is_ok() || request.is_err(), "a repeated parameter was taken");
}

/// An authorization request in a query: whatever is taken goes to a registered address and asks for no more than the
/// client may have.
pub fn authorization_request(data: &[u8]) {
    let Ok(parameters) = Parameters::parse(data) else { return };
    for client in clients() {
        let Ok(address) = ReturnAddress::parse(&parameters, &client) else { continue };
        assert!(client.is_redirect_uri(&address.redirect_uri));
        if let Ok(request) = AuthorizationRequest::parse(&parameters, "client", &client, &address, "https://id.example")
        {
            assert!(request.scope.within(&client.scope));
            assert!(request.code_challenge.is_some() || !client.needs_pkce());
            let text = serde_json::to_string(&request).unwrap();
            let again: AuthorizationRequest = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), text);
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = ClaimsRequest::parse(text);
    }
}

/// A compact JWS.
pub fn jws(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(unverified) = jws::decode(text) else { return };
    let key = PublicKey::from_jwk(&Jwk::parse(KEY).unwrap()).unwrap();
    assert!(unverified.verify(&key, &Algorithm::ALL).is_err(), "nobody has the private key");
}

/// A compact JWE, and the header of one.
pub fn jwe(data: &[u8]) {
    static KEYS: LazyLock<[DecryptionKey; 2]> = LazyLock::new(|| {
        [KeyManagement::RsaOaep256, KeyManagement::EcdhEs].map(|alg| DecryptionKey::generate(alg).unwrap().0)
    });
    let as_header = format!("{}.AAAA.AAAA.AAAA.AAAA", base64url(data));
    for text in std::str::from_utf8(data).into_iter().chain([as_header.as_str()]) {
        let Ok(encrypted) = jwe::decode(text) else { continue };
        for key in &*KEYS {
            assert!(encrypted.decrypt(key, &SystemEntropy::default()).is_err(), "nobody knows the public key");
        }
    }
}

/// The claims of a JWT, signed by a key of this process: what is taken is alive, ours and for us.
pub fn jwt(data: &[u8]) {
    static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(Algorithm::EdDsa).unwrap().0);
    let header = Header { alg: Algorithm::EdDsa, kid: None, typ: None, cty: None };
    let input = jws::signing_input(&EncodedHeader::new(&header), data);
    let signature = KEY.sign(input.as_bytes()).unwrap();
    let compact = jws::attach(input, &signature);
    let Ok(unverified) = jws::decode(&compact) else { return };
    let now = Timestamp::from_seconds(1_795_489_200);
    let expect = Expect {
        typ: None,
        issuer: "https://op.example",
        audience: "client",
        now,
        ahead: std::time::Duration::ZERO,
        expiry: Expiry::Required,
    };
    let public = PublicKey::from_jwk(&KEY.public_jwk("k")).unwrap();
    let claims: Result<Map<String, Value>, _> = jwt::verify(&unverified, &public, &Algorithm::ALL, &expect);
    if let Ok(claims) = claims {
        assert_eq!(claims.get("iss"), Some(&Value::from("https://op.example")));
        assert!(claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| exp > now.seconds() as f64));
    }
}

/// A JWK, and a set of them: what is taken is written and read again as the same.
pub fn jwks(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = Jwk::parse(text) {
        assert_eq!(Jwk::from_value(&key.to_value()).as_ref(), Ok(&key));
        let _ = PublicKey::from_jwk(&key);
        assert_eq!(key.thumbprint().len(), 43);
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let _ = JwkSet::from_value(&value);
    }
}

/// A redirect URI, to register and to present.
pub fn redirect_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for kind in [ApplicationType::Web, ApplicationType::Native] {
        if redirect::validate(text, kind, false).is_ok() {
            assert!(redirect::is_registered(&[text.to_owned()], kind, text));
            assert!(!text.contains('#') && text.is_ascii());
        }
    }
    for client in clients() {
        if client.is_redirect_uri(text) {
            let own = client.redirect_uris.iter().find_map(|uri| url::Url::parse(uri).ok()).unwrap();
            let other = url::Url::parse(text).unwrap();
            let same =
                |url: &url::Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.path().to_owned());
            assert_eq!(same(&own), same(&other), "{text}");
        }
    }
}

/// Client metadata in JSON.
pub fn client_metadata(data: &[u8]) {
    let Ok(metadata) = serde_json::from_slice::<ClientMetadata>(data) else { return };
    if metadata.validate().is_ok() {
        let text = serde_json::to_string(&metadata).unwrap();
        let again: ClientMetadata = serde_json::from_str(&text).unwrap();
        assert!(again.validate().is_ok());
        assert_eq!(again, metadata);
    }
}

/// A registration request, and a software statement that says the same: what is taken is no more than was offered, and is
/// told as it can be registered again.
pub fn registration(data: &[u8]) {
    let scope = Scope::parse("openid profile offline_access").unwrap();
    let Ok(requested) = Requested::parse(data) else { return };
    let claims: Map<String, Value> = serde_json::from_slice(data).unwrap();
    for profile in [Profile::Oidc, Profile::Strict] {
        let offer = Offer { profile, scope: &scope };
        let Ok(metadata) = requested.metadata(&offer) else { continue };
        assert!(metadata.validate().is_ok() && metadata.profile == profile && metadata.scope.within(&scope));
        assert!(metadata.origins.is_empty() && metadata.resources.is_empty());
        let told = serde_json::to_vec(&metadata.registered()).unwrap();
        let again = Requested::parse(&told).unwrap().metadata(&offer).unwrap();
        assert_eq!(again.registered(), metadata.registered());
        assert_eq!(requested.clone().overruled_by(claims.clone()).metadata(&offer).unwrap(), metadata);
    }
}

/// A software statement.
pub fn software_statement(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(statement) = Statement::read(text) else { return };
    let keys = JwkSet::from(vec![Jwk::parse(KEY).unwrap()]);
    let expect = Expected { keys: &keys, audience: "https://op.example", now: Timestamp::from_seconds(1_795_489_200) };
    assert!(statement.verify(&expect).is_err(), "nobody has the private key");
}

fn clients() -> [ClientMetadata; 2] {
    let scope = Scope::parse("openid profile").unwrap();
    let grant_types = vec![GrantType::AuthorizationCode];
    let web = ClientMetadata {
        redirect_uris: vec!["https://rp.example/cb?d=1".to_owned()],
        scope,
        grant_types,
        ..ClientMetadata::default()
    };
    let native = ClientMetadata {
        application_type: ApplicationType::Native,
        redirect_uris: vec!["http://127.0.0.1/cb".to_owned()],
        ..web.clone()
    };
    [web, native]
}

/// RFC 7517 appendix A.1.
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
