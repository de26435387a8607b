//! What holds of keys and texts that somebody writes one by one.

use super::file::Mistake;
use crate::identity::agency::Bilingual;
use crate::identity::agency::Service;

/// What is wrong with a service that is written by itself.
pub fn check_service(service: &Service) -> Result<(), Mistake> {
    let Service { id, name, purpose, .. } = service;
    check_key("id", id)?;
    check_texts("name", name)?;
    check_texts("purpose", purpose)
}

/// What is wrong with the key of something new.
pub fn check_key(member: &str, key: &str) -> Result<(), Mistake> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if key.is_empty() || key.len() > 100 || !key.chars().all(plain) {
        return Err(Mistake(format!("{member}: {key:?} must be letters, digits, '-', '_' or '.', at most 100")));
    }
    Ok(())
}

/// What is wrong with a text in both languages.
pub fn check_texts(member: &str, Bilingual { vi, en }: &Bilingual) -> Result<(), Mistake> {
    for (language, text) in [("vi", vi), ("en", en)] {
        if text.trim().is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
            return Err(Mistake(format!("{member}.{language}: must be a text of at most 200 characters, on one line")));
        }
    }
    Ok(())
}
