//! People: what is known of them, and the names under which they sign in.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use time::Date;
use time::Month;
use unicode_security::MixedScript;
use unicode_security::skeleton;
use url::Url;

use super::precis;
use super::precis::is_combining_mark;
use crate::base::secret::hmac_sha256;
use crate::protocol::oidc::claims;

/// What identifies a person; it is stored sealed as one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonalData {
    /// The name that the person chose for signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The number of the identity card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// Standard claims (OpenID Connect Core §5.1).
    #[serde(default)]
    pub claims: Map<String, Value>,
    /// What they said of themselves who opened their account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnWord>,
    /// The language in which they want to be written to (RFC 5646), if they chose one. What a record says of them is the claim
    /// `locale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What somebody said of themselves who opened their account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnWord {
    /// The telephone number that they sign in with (E.164): it was verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The identity number that they say is theirs. Nobody looked: nobody is found by it, and no service receives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
}

impl PersonalData {
    /// The name to greet the person with.
    pub fn display_name(&self) -> &str {
        let claim = |name: &str| self.claims.get(name).and_then(Value::as_str);
        claim("name").or_else(|| claim("given_name")).or(self.user_name.as_deref()).unwrap_or("—")
    }

    /// The e-mail address, if one is known.
    pub fn email(&self) -> Option<&str> {
        self.claims.get("email").and_then(Value::as_str)
    }

    /// The telephone number, if it is known and verified.
    pub fn verified_phone(&self) -> Option<&str> {
        let claim = |name: &str| self.claims.get(name);
        let is_verified = claim("phone_number_verified").and_then(Value::as_bool) == Some(true);
        claim("phone_number").and_then(Value::as_str).filter(|_| is_verified)
    }

    /// A name that they sign in with, as a keeper of passwords knows them by: the first that there is of user name, addresses
    /// and number.
    pub fn sign_in_name(&self) -> &str {
        let phone = self.own.as_ref().and_then(|own| own.phone_number.as_deref());
        let number = self.identity_number.as_deref();
        self.user_name.as_deref().or(self.email()).or(phone).or(number).unwrap_or_default()
    }

    /// The identity number that the person says is theirs, if nobody looked.
    pub fn claimed_number(&self) -> Option<&str> {
        self.own.as_ref()?.identity_number.as_deref()
    }
}

/// Whether a claim is a standard one of the type that OpenID Connect Core §5.1 gives it; else what was expected.
pub fn check_claim(name: &str, value: &Value) -> Result<(), String> {
    if !claims::standard().any(|known| known == name) {
        return Err(format!("{name}: is not a standard claim"));
    }
    let (right, expected) = match name {
        "email_verified" | "phone_number_verified" => (value.is_boolean(), "true or false"),
        "updated_at" => (value.is_i64() || value.is_u64(), "a whole number of seconds since 1970"),
        "address" => (value.as_object().is_some_and(|parts| parts.values().all(Value::is_string)), "a table of texts"),
        "birthdate" => {
            (value.as_str().is_some_and(is_birthdate), "a text YYYY-MM-DD, 0000-MM-DD or YYYY that is a date")
        }
        "email" => (value.as_str().is_some_and(is_email), "a text such as khai@songlam.example"),
        "phone_number" => (value.as_str().is_some_and(is_phone_number), "a text such as +84912000412"),
        "profile" | "picture" | "website" => (value.as_str().is_some_and(is_web_page), "the URL of a web page"),
        _ => (value.is_string(), "a text"),
    };
    if right { Ok(()) } else { Err(format!("{name}: expected {expected}")) }
}

/// ISO 8601-1 as OpenID Connect Core §5.1 has it: the year 0000 is one that is not told.
fn is_birthdate(text: &str) -> bool {
    let digits = |text: &str, count: usize| (text.len() == count).then(|| text.parse::<u16>().ok()).flatten();
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        _ if !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') => false,
        [year] => digits(year, 4).is_some_and(|year| year > 0),
        [year, month, day] => {
            let month = digits(month, 2).and_then(|month| Month::try_from(u8::try_from(month).ok()?).ok());
            let day = digits(day, 2).and_then(|day| u8::try_from(day).ok());
            // A year that is not told may have been a leap year.
            let year = digits(year, 4).map(|year| if year == 0 { 2000 } else { i32::from(year) });
            let date = year.zip(month).zip(day).map(|((year, month), day)| Date::from_calendar_date(year, month, day));
            date.is_some_and(|date| date.is_ok())
        }
        _ => false,
    }
}

/// RFC 5322 §3.4.1, as far as nobody means anything else.
fn is_email(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control();
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !text.contains(odd)
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !domain.is_empty()
    })
}

/// E.164 is recommended, extensions and the signs between digits are met (OpenID Connect Core §5.1, RFC 3966).
fn is_phone_number(text: &str) -> bool {
    let (number, extension) = text.split_once(";ext=").unwrap_or((text, "0"));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let signs = number.strip_prefix('+').unwrap_or(number).chars().all(|c| c.is_ascii_digit() || " -.()".contains(c));
    (3..=15).contains(&digits) && signs && !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_digit())
}

fn is_web_page(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

/// Whether an identity number has the form that the state's have: so many digits, or any form for 0; else what was expected.
pub fn check_identity_number(number: &str, digits: usize) -> Result<(), String> {
    let is_number = SignInName::parse(number).is_some_and(|name| {
        digits == 0 || name.canonical.len() == digits && name.canonical.bytes().all(|b| b.is_ascii_digit())
    });
    let why = || format!("identity_number: expected {digits} digits (people.identity_number_digits)");
    if is_number { Ok(()) } else { Err(why()) }
}

/// Whether this is a name by which a person can be called: others see it, in one direction, and with what they write around it.
pub fn is_called(name: &str) -> bool {
    !name.chars().any(|c| c.is_control() || precis::is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}'))
        && name.chars().any(|c| c.is_alphabetic() && !precis::is_blank(c))
}

/// Whether a user name could be taken for one of these: what is drawn alike is (UTS #39 §4).
pub fn looks_like(name: &str, reserved: &[String]) -> bool {
    let drawn = |name: &str| skeleton(&precis::any_name(name)).collect::<String>();
    let own = drawn(name);
    reserved.iter().any(|reserved| drawn(reserved) == own)
}

/// Whether a person may choose this user name who opens an account. It looks like nothing that is given to somebody: neither an
/// address nor a number; and its letters are of one script (UTS #39 §5.1), so that none stands in for another's.
pub fn may_be_chosen(name: &str) -> bool {
    let Ok(canonical) = precis::user_name(name) else { return false };
    let fits = (SHORTEST_CHOSEN..=LONGEST_CHOSEN).contains(&canonical.chars().count());
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || is_combining_mark(c);
    let seen = |c: char| c.is_alphabetic() && !precis::is_blank(c);
    fits && canonical.chars().all(plain) && canonical.chars().any(seen) && canonical.is_single_script()
}

/// Of a user name that somebody chooses, in characters.
pub const SHORTEST_CHOSEN: usize = 3;
/// The same.
pub const LONGEST_CHOSEN: usize = 40;

/// A name that somebody signs in with, brought to one form: user names and e-mail addresses in any case and however their
/// letters are composed (RFC 8265), identity numbers with or without spaces.
#[derive(Clone, Debug)]
pub struct SignInName {
    canonical: String,
    /// In the form by which names were found before they were mapped, where that is another: some are stored so.
    former: Option<String>,
}

impl SignInName {
    /// The name that `typed` stands for; `None` for nothing, or for more than 256 bytes.
    pub fn parse(typed: &str) -> Option<Self> {
        let canonical = without_spaces_of_a_number(precis::any_name(typed));
        let former = without_spaces_of_a_number(typed.trim().to_lowercase());
        let fits = |name: &str| !name.is_empty() && name.len() <= LONGEST;
        let former = Some(former).filter(|former| fits(former) && *former != canonical);
        fits(&canonical).then_some(Self { canonical, former })
    }

    /// The form in which names are compared.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The keyed digest by which the name is looked up: the name itself stays sealed.
    pub fn digest(&self, key: &[u8]) -> [u8; 32] {
        digest(key, &self.canonical)
    }

    /// The same of the former form, where that is another.
    pub fn former_digest(&self, key: &[u8]) -> Option<[u8; 32]> {
        self.former.as_ref().map(|former| digest(key, former))
    }
}

/// Bytes of a name.
const LONGEST: usize = 256;

fn without_spaces_of_a_number(name: String) -> String {
    let digits: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.chars().all(|c| c.is_ascii_digit()) { digits } else { name }
}

fn digest(key: &[u8], name: &str) -> [u8; 32] {
    hmac_sha256(key, &[b"sign-in-name", name.as_bytes()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(typed: &str) -> Option<String> {
        SignInName::parse(typed).map(|name| name.canonical)
    }

    proptest! {
        /// RFC 8264 §7: enforcement is idempotent; the form that is stored is found when it is typed.
        #[test]
        fn the_form_of_a_name_is_its_own_form(typed in ".{0,12}|[a-zA-ZạẶ\u{300}-\u{323}Ａ-ｚ０-９ \u{200b}]{0,12}") {
            if let Some(name) = SignInName::parse(&typed) {
                let again = SignInName::parse(name.canonical()).unwrap();
                prop_assert_eq!(again.canonical(), name.canonical());
            }
        }
    }

    #[test]
    fn case_and_the_spaces_of_a_number_do_not_matter() {
        assert_eq!(canonical(" Khai@Example.ORG "), canonical("khai@example.org"));
        assert_eq!(canonical("036 200 001 234"), canonical("036200001234"));
        assert_eq!(canonical("０３６ ２００\u{a0}001 234\u{200b}"), canonical("036200001234"));
        assert_ne!(canonical("minh khai"), canonical("minhkhai"));
        assert_eq!(canonical("  "), None);
        assert_eq!(canonical("\u{200b}"), None);
        assert_eq!(canonical(&"a".repeat(257)), None);
    }

    /// OpenID Connect Core §5.1: "YYYY-MM-DD … The year MAY be 0000, indicating that it is omitted. To represent only the
    /// year, YYYY format is allowed."
    #[test]
    fn a_claim_is_what_its_name_says() {
        let check = |name: &str, text: &str| check_claim(name, &Value::from(text)).is_ok();
        for date in ["1987-04-12", "0000-02-29", "2000-02-29", "1987"] {
            assert!(check("birthdate", date), "{date}");
        }
        for date in
            ["1987-02-30", "1987-13-01", "12-04-1987", "12/04/1987", "0000", "1987-4-12", "1900-02-29", "+987-04-12"]
        {
            assert!(!check("birthdate", date), "{date}");
        }
        assert!(
            check("email", "khai@songlam.example") && !check("email", "khai") && !check("email", "k hai@x.example")
        );
        assert!(check("phone_number", "+84 912 000 412") && check("phone_number", "+1 (604) 555-1234;ext=5678"));
        assert!(!check("phone_number", "none") && !check("phone_number", "+84912000412x"));
        assert!(check("website", "https://khai.example") && !check("website", "khai.example"));
    }

    #[test]
    fn a_name_to_choose_is_nobodys_address_and_nobodys_number() {
        for name in ["khai", "Minh.Khai-87", "nguyễn_khai", "036a"] {
            assert!(may_be_chosen(name), "{name}");
        }
        let long = "k".repeat(41);
        for name in
            ["kh", "khai@x.vn", "036187001234", "+84912000412", "0912.000.412", "minh khai", "", "k\u{202e}", &long]
        {
            assert!(!may_be_chosen(name), "{name}");
        }
    }

    #[test]
    fn an_identity_number_has_the_digits_of_the_states_own() {
        assert!(check_identity_number("036 187 001 234", 12).is_ok());
        for number in ["03618700123", "0361870012345", "03618700123x", ""] {
            assert!(check_identity_number(number, 12).is_err(), "{number}");
        }
        assert!(check_identity_number("AB-1", 0).is_ok() && check_identity_number("", 0).is_err());
    }

    #[test]
    fn a_name_that_was_found_in_another_form_has_that_digest_too() {
        assert!(SignInName::parse(" Khai ").unwrap().former_digest(b"key").is_none());
        let decomposed = SignInName::parse("vie\u{302}\u{323}t").unwrap();
        let composed = SignInName::parse("vi\u{1ec7}t").unwrap();
        assert_eq!(decomposed.digest(b"key"), composed.digest(b"key"));
        assert_eq!(decomposed.former_digest(b"key"), Some(digest(b"key", "vie\u{302}\u{323}t")));
    }
}
