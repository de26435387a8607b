//! Request parameters as they arrive: RFC 6749 §3.1, §3.2 and appendix B.

use std::collections::BTreeSet;
use std::collections::HashMap;

use url::form_urlencoded;

use crate::protocol::error::OAuthError;

/// Parameters by name. One without a value counts as omitted; a repeated one is remembered as such.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: HashMap<String, String>,
    resources: Vec<String>,
    repeated: BTreeSet<String>,
}

/// No request has more parameters.
const MOST: usize = 100;

/// Parameters whose values answer a developer's question, and tell nobody's secret.
const SHOWN: [&str; 19] = [
    "acr_values",
    "client_assertion_type",
    "client_id",
    "code_challenge_method",
    "display",
    "grant_type",
    "max_age",
    "post_logout_redirect_uri",
    "prompt",
    "redirect_uri",
    "registration",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "token_type_hint",
    "ui_locales",
    "claims_locales",
];
/// In characters.
const LONGEST_SHOWN: usize = 200;
const MOST_SHOWN: usize = 30;

impl Parameters {
    /// Parses an `application/x-www-form-urlencoded` text. Bytes that are not UTF-8 are refused.
    pub fn parse(raw: &[u8]) -> Result<Self, OAuthError> {
        if !well_formed(raw) {
            return Err(OAuthError::invalid_request("the request is not well-formed UTF-8 in percent-encoding"));
        }
        if raw.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).nth(MOST).is_some() {
            return Err(OAuthError::invalid_request("the request has more than 100 parameters"));
        }
        let mut parameters = Self::default();
        for (name, value) in form_urlencoded::parse(raw) {
            if name == "resource" && !value.is_empty() {
                parameters.resources.push(value.into_owned()); // RFC 8707 §2: may be repeated
            } else if parameters.values.contains_key(name.as_ref()) {
                parameters.repeated.insert(name.into_owned());
            } else {
                parameters.values.insert(name.into_owned(), value.into_owned());
            }
        }
        parameters.values.retain(|_, value| !value.is_empty());
        Ok(parameters)
    }

    /// Parameters that came in another form: `values` by name, and those of `resource`.
    pub fn of(mut values: HashMap<String, String>, mut resources: Vec<String>) -> Self {
        values.retain(|_, value| !value.is_empty());
        resources.retain(|value| !value.is_empty());
        Self { values, resources, repeated: BTreeSet::new() }
    }

    /// These, and those of `others` that are missing here (OpenID Connect Core §6.3: "minus the request or request_uri
    /// parameters").
    pub fn completed_by(mut self, others: &Self) -> Self {
        for (name, value) in
            others.values.iter().filter(|(name, _)| !matches!(name.as_str(), "request" | "request_uri"))
        {
            self.values.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if self.resources.is_empty() {
            self.resources.clone_from(&others.resources);
        }
        self
    }

    /// The value of `name`; `None` where it is missing, empty or was repeated (which value counts would be a guess).
    pub fn get(&self, name: &str) -> Option<&str> {
        if self.repeated.contains(name) {
            return None;
        }
        self.values.get(name).map(String::as_str)
    }

    /// All values of `resource`.
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// A value that may be shown to whoever runs a service.
    pub fn shown(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|_| SHOWN.contains(&name))
    }

    /// What was given, for the log: the values of parameters that are neither secret nor about a person, and the names of the
    /// others, each once and short.
    pub fn summary(&self) -> String {
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(LONGEST_SHOWN).collect::<String>();
        let resources = self.resources.iter().map(|resource| ("resource", resource));
        let values = self.values.iter().map(|(name, value)| (name.as_str(), value)).chain(resources);
        let mut given: Vec<String> = values
            .map(|(name, value)| match SHOWN.contains(&name) {
                true => format!("{name}={}", short(value)),
                false => format!("{}=…", short(name)),
            })
            .collect();
        given.sort();
        given.dedup();
        given.truncate(MOST_SHOWN);
        given.join(" ")
    }

    /// Refuses repeated parameters (RFC 6749 §3.1: "MUST NOT be included more than once").
    pub fn each_once(&self) -> Result<(), OAuthError> {
        match self.repeated.first() {
            None => Ok(()),
            Some(name) if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
                Err(OAuthError::invalid_request(format!("the parameter {name} is repeated")))
            }
            Some(_) => Err(OAuthError::invalid_request("a parameter is repeated")),
        }
    }

    /// The length of the parameters in their canonical form, percent-encoding aside.
    pub fn canonical_len(&self) -> usize {
        let values = self.values.iter().map(|(name, value)| name.len() + value.len() + 2);
        values.chain(self.resources.iter().map(|value| value.len() + 10)).sum()
    }
}

fn well_formed(raw: &[u8]) -> bool {
    if std::str::from_utf8(raw).is_err() {
        return false;
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(&byte) = rest.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = (rest.next().copied().and_then(hex), rest.next().copied().and_then(hex));
        let (Some(high), Some(low)) = digits else { return false };
        decoded.push(high << 4 | low);
    }
    std::str::from_utf8(&decoded).is_ok_and(|text| !text.contains('\0'))
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_counts_as_omitted() {
        let parameters = Parameters::parse(b"state=&nonce=n").unwrap();
        assert_eq!((parameters.get("state"), parameters.get("nonce")), (None, Some("n")));
        assert!(parameters.each_once().is_ok());
    }

    #[test]
    fn a_repeated_parameter_has_no_value_and_is_refused_and_resource_may_repeat() {
        let parameters = Parameters::parse(b"a=1&a=2&resource=https://x&resource=https://y").unwrap();
        assert_eq!(parameters.get("a"), None);
        assert!(parameters.each_once().is_err());
        assert_eq!(parameters.resources().len(), 2);
        assert!(Parameters::parse(b"a=&a=1").unwrap().each_once().is_err());
        let two = Parameters::parse(b"a=1&a=2&b=1&b=2&c=1").unwrap();
        assert_eq!((two.get("a"), two.get("b"), two.get("c")), (None, None, Some("1")));
    }

    #[test]
    fn parameters_are_bounded_in_number() {
        assert!(Parameters::parse("resource=a&".repeat(MOST).as_bytes()).is_ok());
        for pair in ["resource=a&", "b=&"] {
            assert!(Parameters::parse(pair.repeat(MOST + 1).as_bytes()).is_err(), "{pair}");
        }
    }

    #[test]
    fn broken_encodings_are_refused() {
        for raw in [&b"a=%ff"[..], b"a=%zz", b"a=%2", b"a=\xff", b"a=%00"] {
            assert!(Parameters::parse(raw).is_err(), "{raw:?}");
        }
    }
}
