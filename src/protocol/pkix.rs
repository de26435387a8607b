//! Whether certificates lead to an anchor: RFC 5280 §6, by `webpki`, which reads signatures, validity, basic constraints, path
//! lengths and names; key usage (§4.2.1.3), which it passes over, is read here. An anchor is a name and a key, whose own
//! validity counts for nothing (§6.1.1 (d)); one that says that it issues nothing stands for itself alone.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::ServerName;
use rustls_pki_types::UnixTime;
use serde_json::Value;
use serde_json::json;
use webpki::ALL_VERIFICATION_ALGS;
use webpki::EndEntityCert;
use webpki::Error;
use webpki::ExtendedKeyUsageValidator;
use webpki::KeyPurposeIdIter;
use webpki::VerifiedPath;
use webpki::anchor_from_trusted_cert;
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;

use crate::base::time::Timestamp;

/// A certificate in DER.
pub type Der = Vec<u8>;

/// Why a path leads nowhere, for logs and operators.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PathError(pub String);

/// So long a chain may be, the certificate at its beginning included.
const LONGEST: usize = 8;

/// Whether `chain`, of which each certificate is issued by a later one, leads to one of the anchors at `now`, or begins with one
/// of them.
///
/// # Errors
///
/// It does not, and why.
pub fn lead(chain: &[Der], anchors: &[Der], now: Timestamp) -> Result<(), PathError> {
    let (first, others) = chain.split_first().ok_or_else(|| PathError("there is no certificate".to_owned()))?;
    if chain.len() > LONGEST {
        return Err(PathError(format!("the chain is longer than {LONGEST} certificates")));
    }
    if !may_sign(first) {
        return Err(PathError("the first certificate is none, or its key is not meant for signatures".to_owned()));
    }
    if anchors.contains(first) {
        return is_valid(first, now);
    }
    let first = CertificateDer::from(first.as_slice());
    let first = EndEntityCert::try_from(&first).map_err(no_path)?;
    let others: Vec<CertificateDer<'_>> = others.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let anchors: Vec<CertificateDer<'_>> =
        anchors.iter().filter(|der| may_issue(der)).map(|der| CertificateDer::from(der.as_slice())).collect();
    let anchors: Vec<_> = anchors.iter().filter_map(|der| anchor_from_trusted_cert(der).ok()).collect();
    let seconds = u64::try_from(now.seconds()).map_err(|_| PathError("the clock is before 1970".to_owned()))?;
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let path = first.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &others, at, AnyPurpose, None, Some(&issued));
    path.map(drop).map_err(no_path)
}

/// Whether a certificate is of this host name.
pub fn is_of(certificate: &[u8], name: &str) -> bool {
    let certificate = CertificateDer::from(certificate);
    let (Ok(certificate), Ok(name)) = (EndEntityCert::try_from(&certificate), ServerName::try_from(name)) else {
        return false;
    };
    certificate.verify_is_valid_for_subject_name(&name).is_ok()
}

/// The key of a certificate as a JWK; `None` where it is neither RSA nor on P-256.
pub fn key(certificate: &[u8]) -> Option<Value> {
    let certificate = read(certificate)?;
    match certificate.public_key().parsed().ok()? {
        PublicKey::RSA(key) => {
            let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(without_zeros(bytes));
            Some(json!({"kty": "RSA", "n": number(key.modulus), "e": number(key.exponent)}))
        }
        PublicKey::EC(point) => {
            let (x, y) = point.data().strip_prefix(&[4])?.split_at_checked(32).filter(|(_, y)| y.len() == 32)?;
            Some(json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)}))
        }
        _ => None,
    }
}

/// Whether the bytes are one certificate, and nothing else.
pub fn is_certificate(der: &[u8]) -> bool {
    read(der).is_some()
}

fn read(der: &[u8]) -> Option<X509Certificate<'_>> {
    parse_x509_certificate(der).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, certificate)| certificate)
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.split_at(zeros).1
}

/// RFC 5280 §4.2.1.3: where a certificate says what its key is for, it is for nothing else.
fn may_sign(certificate: &[u8]) -> bool {
    let usage = |certificate: X509Certificate<'_>| {
        certificate.key_usage().is_ok_and(|said| said.is_none_or(|said| said.value.digital_signature()))
    };
    read(certificate).is_some_and(usage)
}

/// The same of issuing, which basic constraints may exclude as well (§4.2.1.9).
fn may_issue(certificate: &[u8]) -> bool {
    let usage = |certificate: X509Certificate<'_>| {
        certificate.key_usage().is_ok_and(|said| said.is_none_or(|said| said.value.key_cert_sign()))
            && certificate.basic_constraints().is_ok_and(|said| said.is_none_or(|said| said.value.ca))
    };
    read(certificate).is_some_and(usage)
}

fn is_valid(certificate: &[u8], now: Timestamp) -> Result<(), PathError> {
    let at = ASN1Time::from_timestamp(now.seconds()).map_err(no_path)?;
    match read(certificate) {
        Some(certificate) if certificate.validity().is_valid_at(at) => Ok(()),
        _ => Err(PathError("the certificate is not valid today".to_owned())),
    }
}

/// Whether each of the issuers between may issue.
fn issued(path: &VerifiedPath<'_>) -> Result<(), Error> {
    let all = path.intermediate_certificates().all(|issuer| may_issue(&issuer.der()));
    if all { Ok(()) } else { Err(Error::EndEntityUsedAsCa) }
}

/// Certificates of authenticators name purposes of their own, or none (WebAuthn Level 3 §8.2.1, §8.3.1).
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, mut purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        purposes.try_for_each(|purpose| purpose.map(drop))
    }
}

fn no_path(error: impl std::fmt::Debug) -> PathError {
    PathError(format!("the certificates lead to no anchor: {error:?}"))
}
