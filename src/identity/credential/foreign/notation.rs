//! Notations that begin with `$` or `{SSHA`: those of crypt(3), of PHC strings, of Ory Kratos's exports and of LDAP
//! directories (RFC 2307 §5.3 with a salt).

use argon2::Algorithm;
use argon2::Version;
use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;

use super::Foreign;
use super::Kept;
use super::Part;
use crate::base::digest::Digest;

/// Base64, padded as exports have it or not as PHC strings do.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const UNKNOWN: &str = "expected a hash in a notation that is known: argon2id or argon2i ($argon2id$v=19$…), bcrypt ($2b$…), \
     PBKDF2 ($pbkdf2-sha256$i=…), scrypt ($scrypt$ln=…), sha-crypt ($5$…, $6$…), a salted digest ({SSHA512}…, \
     $sha256$pf=…), or a credential of Keycloak as JSON";

pub(super) fn parse(text: &str) -> Result<Foreign, String> {
    let rest = text.strip_prefix('$').unwrap_or_default();
    match rest.split_once('$').map_or(("", ""), |(name, rest)| (name, rest)) {
        ("argon2id", rest) => argon2(Algorithm::Argon2id, rest),
        ("argon2i", rest) => argon2(Algorithm::Argon2i, rest),
        ("bcrypt", rest) => Foreign::bcrypt(&format!("${}", rest.trim_start_matches('$'))),
        ("2a" | "2b" | "2y", _) => Foreign::bcrypt(text),
        ("pbkdf2-sha1" | "pbkdf2", rest) => pbkdf2(Digest::Sha1, rest),
        ("pbkdf2-sha256", rest) => pbkdf2(Digest::Sha256, rest),
        ("pbkdf2-sha512", rest) => pbkdf2(Digest::Sha512, rest),
        ("scrypt", rest) => scrypt(rest),
        ("5" | "sha256-crypt", rest) => Foreign::sha_crypt(format!("$5${rest}")),
        ("6" | "sha512-crypt", rest) => Foreign::sha_crypt(format!("$6${rest}")),
        ("sha1", rest) => composed(Digest::Sha1, rest),
        ("sha256", rest) => composed(Digest::Sha256, rest),
        ("sha512", rest) => composed(Digest::Sha512, rest),
        _ => directory(text),
    }
}

/// Bytes of base64.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, String> {
    BASE64.decode(text).map_err(|_| "expected salt and hash in base64".into())
}

fn argon2(algorithm: Algorithm, rest: &str) -> Result<Foreign, String> {
    // Strings of the time before there were two versions name none.
    let (version, rest) = match rest.strip_prefix("v=").and_then(|rest| rest.split_once('$')) {
        None => (Version::V0x10, rest),
        Some(("16", rest)) => (Version::V0x10, rest),
        Some(("19", rest)) => (Version::V0x13, rest),
        Some(_) => return Err("argon2: expected v=19 or v=16".into()),
    };
    let ([memory, iterations, lanes], kept) = fields(rest, ["m", "t", "p"])?;
    Foreign::argon2(algorithm, version, (memory, iterations, lanes), kept)
}

fn pbkdf2(digest: Digest, rest: &str) -> Result<Foreign, String> {
    let ([iterations, length], kept) = fields(rest, ["i", "l"])?;
    if kept.key.len() != length as usize {
        return Err("PBKDF2: l is not the length of the hash".into());
    }
    Foreign::pbkdf2(digest, iterations, kept)
}

/// `ln` is the logarithm of N in PHC strings, and N itself in those of Kratos.
fn scrypt(rest: &str) -> Result<Foreign, String> {
    let ([cost, r, p], kept) = fields(rest, ["ln", "r", "p"])?;
    let log_n = match cost {
        0..64 => cost,
        n if n.is_power_of_two() => n.ilog2(),
        _ => return Err("scrypt: expected ln to be a power of two, or its logarithm".into()),
    };
    Foreign::scrypt(u8::try_from(log_n).unwrap_or(u8::MAX), r, p, kept)
}

/// Numbers by name, in this order, then salt and hash.
fn fields<const N: usize>(rest: &str, names: [&str; N]) -> Result<([u32; N], Kept), String> {
    let expected = || format!("expected {}=… and then salt and hash", names.join("=…,"));
    let [numbers, salt, key] = three(rest).ok_or_else(expected)?;
    let mut values = [0; N];
    let mut given = numbers.split(',');
    for (value, name) in values.iter_mut().zip(names) {
        let number = given.next().and_then(|pair| pair.strip_prefix(name)?.strip_prefix('=')).ok_or_else(expected)?;
        *value = number.parse().map_err(|_| format!("{name}={number}: expected a number"))?;
    }
    if given.next().is_some() {
        return Err(expected());
    }
    Ok((values, Kept { salt: bytes(salt)?, key: bytes(key)? }))
}

/// `pf=<template in base64>$<salt>$<digest>`: what was digested is the template with salt and password in it.
fn composed(digest: Digest, rest: &str) -> Result<Foreign, String> {
    let [template, salt, key] = three(rest).ok_or("expected pf=… and then salt and hash")?;
    let template = bytes(template.strip_prefix("pf=").ok_or("expected pf=…")?)?;
    let template = String::from_utf8(template).map_err(|_| "pf: expected a text")?;
    Foreign::salted(digest, parts(&template), Kept { salt: bytes(salt)?, key: bytes(key)? })
}

fn parts(mut template: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(open) = template.find('{') {
        let (before, rest) = template.split_at(open);
        let named = [("{SALT}", Part::Salt), ("{PASSWORD}", Part::Password)];
        let found = named.into_iter().find_map(|(name, part)| Some((part, rest.strip_prefix(name)?)));
        let (part, after) = found.unwrap_or_else(|| (Part::Bytes(b"{".to_vec()), rest.get(1..).unwrap_or_default()));
        parts.extend([Part::Bytes(before.as_bytes().to_vec()), part]);
        template = after;
    }
    parts.push(Part::Bytes(template.as_bytes().to_vec()));
    parts
}

/// `{SSHA…}` and, in base64, the digest of the password and a salt, and the salt.
fn directory(text: &str) -> Result<Foreign, String> {
    let (scheme, encoded) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')).ok_or(UNKNOWN)?;
    let digest = match scheme.to_ascii_uppercase().as_str() {
        "SSHA" => Digest::Sha1,
        "SSHA256" => Digest::Sha256,
        "SSHA512" => Digest::Sha512,
        "CRYPT" => return parse(encoded),
        _ => return Err(UNKNOWN.into()),
    };
    let mut key = bytes(encoded)?;
    let salt = key.split_off(digest.length().min(key.len()));
    Foreign::salted(digest, vec![Part::Password, Part::Salt], Kept { salt, key })
}

fn three(rest: &str) -> Option<[&str; 3]> {
    let mut fields = rest.split('$');
    let found = [fields.next()?, fields.next()?, fields.next()?];
    fields.next().is_none().then_some(found)
}
