//! How a person's claims (OIDC Core §5.1) are named and shown to that person before a service receives them.

use serde_json::Map;
use serde_json::Value;

use crate::base::time::Timestamp;
use crate::base::zone::Zone;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;

/// One row of the consent page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimRow {
    /// What it is.
    pub label: String,
    /// The values, partly hidden where somebody might look over a shoulder.
    pub values: Vec<String>,
    /// Where we have them from, where it is elsewhere than the others, or whether they are confirmed.
    pub source: Option<String>,
    /// Whether it was not yet agreed to, where a part was.
    pub new: bool,
}

/// What a service receives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// A row for each thing that a person would call one thing.
    pub rows: Vec<ClaimRow>,
    /// What such a thing consists of, and what is for machines.
    pub details: Vec<ClaimRow>,
}

/// The rows for `claims`, of which those named `new` were not yet agreed to. A `…_verified` claim stands with the claim that
/// it is about. Empty values have no row.
pub fn claim_rows(lang: Lang, zone: &Zone, claims: &Map<String, Value>, new: &[String]) -> Shown {
    let row = |claim: &&str| row((lang, zone), claims, claim, new.iter().any(|new| new == claim));
    let others = claims.keys().map(String::as_str).filter(|name| standard_label(name).is_none());
    let things: Vec<&str> = THINGS.into_iter().chain(others).collect();
    let name = name_row(lang, claims, new);
    let mut rows: Vec<ClaimRow> = name.into_iter().chain(things.iter().filter_map(row)).collect();
    let mut details: Vec<ClaimRow> = DETAILS.iter().filter_map(row).collect();
    if rows.is_empty() {
        std::mem::swap(&mut rows, &mut details);
    }
    Shown { rows, details }
}

/// A name is one thing, whether it comes whole, in parts, or both: whole, or the parts as they are said in this country.
fn name_row(lang: Lang, claims: &Map<String, Value>, new: &[String]) -> Option<ClaimRow> {
    let part = |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<&str> = PARTS.into_iter().filter_map(part).collect();
    let whole = part("name").map_or_else(|| parts.join(" "), str::to_owned);
    (!whole.is_empty()).then(|| ClaimRow {
        label: text(lang, key::CLAIM_NAME).into_owned(),
        values: vec![whole],
        source: None,
        new: new.iter().any(|new| new == "name" || PARTS.contains(&new.as_str())),
    })
}

/// What people call these claims, one word for each thing: a name is one, and so are details of which there are several.
pub fn claim_names(lang: Lang, claims: &[String]) -> Vec<String> {
    let has = |name: &&str| claims.iter().any(|own| own == name);
    let is_name = ["name"].iter().chain(&PARTS).any(has);
    let details: Vec<&str> = DETAILS.into_iter().filter(has).collect();
    let details = details.into_iter().filter(|name| !PARTS.contains(name) && !name.ends_with("_verified"));
    let details: Vec<String> = details.map(|name| label(lang, name)).collect();
    let things = THINGS.into_iter().filter(has).map(|name| label(lang, name));
    let names = is_name.then(|| text(lang, key::CLAIM_NAME).into_owned()).into_iter().chain(things);
    match details.len() {
        0..=2 => names.chain(details).collect(),
        _ => names.chain([text(lang, key::CLAIM_DETAILS).into_owned()]).collect(),
    }
}

fn row((lang, zone): (Lang, &Zone), claims: &Map<String, Value>, claim: &str, new: bool) -> Option<ClaimRow> {
    let with_its_claim = claim.strip_suffix("_verified").is_some_and(|about| claims.contains_key(about));
    let values = claims.get(claim).filter(|_| !with_its_claim).map(|value| shown((lang, zone), claim, value))?;
    let source = claims.get(&format!("{claim}_verified")).map(|value| verified(lang, value));
    (!values.is_empty()).then(|| ClaimRow { label: label(lang, claim), values, source, new })
}

/// What a claim is called on a page.
fn label(lang: Lang, claim: &str) -> String {
    match standard_label(claim) {
        Some(key) => text(lang, key).into_owned(),
        None => say::claim_other(lang, claim),
    }
}

fn standard_label(claim: &str) -> Option<Key> {
    STANDARD.iter().find(|(name, _)| *name == claim).map(|(_, key)| *key)
}

/// What a person knows by name, beside the name, in the order in which forms ask for it.
const THINGS: [&str; 6] = ["birthdate", "gender", "phone_number", "email", "address", "picture"];

const PARTS: [&str; 3] = ["family_name", "middle_name", "given_name"];

/// The parts of a name, and what is for machines.
const DETAILS: [&str; 12] = [
    "family_name",
    "middle_name",
    "given_name",
    "nickname",
    "preferred_username",
    "profile",
    "website",
    "email_verified",
    "phone_number_verified",
    "zoneinfo",
    "locale",
    "updated_at",
];

const STANDARD: [(&str, Key); 19] = [
    ("name", key::CLAIM_NAME),
    ("given_name", key::CLAIM_GIVEN_NAME),
    ("family_name", key::CLAIM_FAMILY_NAME),
    ("middle_name", key::CLAIM_MIDDLE_NAME),
    ("nickname", key::CLAIM_NICKNAME),
    ("preferred_username", key::CLAIM_PREFERRED_USERNAME),
    ("profile", key::CLAIM_PROFILE),
    ("picture", key::CLAIM_PICTURE),
    ("website", key::CLAIM_WEBSITE),
    ("email", key::CLAIM_EMAIL),
    ("email_verified", key::CLAIM_EMAIL_VERIFIED),
    ("gender", key::CLAIM_GENDER),
    ("birthdate", key::CLAIM_BIRTHDATE),
    ("zoneinfo", key::CLAIM_ZONEINFO),
    ("locale", key::CLAIM_LOCALE),
    ("phone_number", key::CLAIM_PHONE_NUMBER),
    ("phone_number_verified", key::CLAIM_PHONE_NUMBER_VERIFIED),
    ("address", key::CLAIM_ADDRESS),
    ("updated_at", key::CLAIM_UPDATED_AT),
];

fn shown((lang, zone): (Lang, &Zone), claim: &str, value: &Value) -> Vec<String> {
    match (claim, value) {
        (_, Value::Null) => Vec::new(),
        (_, Value::String(text)) if text.is_empty() => Vec::new(),
        ("email", Value::String(email)) => vec![masked_email(email)],
        ("phone_number", Value::String(number)) => vec![masked_phone(number)],
        ("birthdate", Value::String(day)) => vec![date(day)],
        ("locale", Value::String(tag)) => vec![language(tag)],
        ("gender", Value::String(gender)) => vec![gender_in_words(lang, gender)],
        ("address", Value::Object(address)) => masked_address(address).into_iter().collect(),
        ("updated_at", Value::Number(seconds)) => {
            let day = seconds.as_i64().map(|at| zone.date(Timestamp::from_seconds(at)));
            day.filter(|day| !day.is_empty()).into_iter().collect()
        }
        ("email_verified" | "phone_number_verified", value) => vec![verified(lang, value)],
        (_, Value::Bool(yes)) => vec![text(lang, if *yes { key::VALUE_YES } else { key::VALUE_NO }).into_owned()],
        (_, Value::Array(values)) => values.iter().flat_map(|value| shown((lang, zone), claim, value)).collect(),
        (_, Value::Object(members)) => members.values().flat_map(|value| shown((lang, zone), claim, value)).collect(),
        (_, Value::String(text)) => vec![text.clone()],
        (_, Value::Number(number)) => vec![number.to_string()],
    }
}

fn verified(lang: Lang, value: &Value) -> String {
    text(lang, if *value == Value::Bool(true) { key::VALUE_VERIFIED } else { key::VALUE_UNVERIFIED }).into_owned()
}

/// What a language calls itself, where it is one of ours.
fn language(tag: &str) -> String {
    Lang::from_tag(tag).map_or_else(|| tag.to_owned(), |lang| text(lang, key::LANGUAGE_NAME).into_owned())
}

fn gender_in_words(lang: Lang, gender: &str) -> String {
    match gender {
        "male" => text(lang, key::VALUE_MALE).into_owned(),
        "female" => text(lang, key::VALUE_FEMALE).into_owned(),
        other => other.to_owned(),
    }
}

/// A telephone number with its middle hidden: `09•• ••• 412`. A number of the country stands as people dial it there.
pub fn masked_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.as_slice() {
        ['8', '4', rest @ ..] if number.trim_start().starts_with('+') => Some(rest),
        _ => None,
    };
    let (plus, digits) = match national {
        Some(rest) => ("", std::iter::once('0').chain(rest.iter().copied()).collect()),
        None => (if number.trim_start().starts_with('+') { "+" } else { "" }, digits),
    };
    let (count, visible) = (digits.len(), digits.len() >= 8);
    let masked = digits.into_iter().enumerate().map(|(at, digit)| match at {
        _ if visible && (at < 2 || at + 3 >= count) => digit,
        _ if at + 2 >= count => digit,
        _ => '•',
    });
    let mut out = plus.to_owned();
    for (at, sign) in masked.enumerate() {
        let left = count - at;
        if at > 0 && (left == 3 || left == 6) {
            out.push('\u{a0}');
        }
        out.push(sign);
    }
    out
}

/// An e-mail address with its name hidden, however long that is: `m•••@example.org`. Where it must break, it does before its
/// host.
pub fn masked_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, host)) => {
            format!("{}•••@\u{200b}{host}", name.chars().next().map(String::from).unwrap_or_default())
        }
        None => "•••".to_owned(),
    }
}

/// An address (OIDC Core §5.1.1) without what stands before its locality: `•••, Ninh Bình`. People name another country alone;
/// it is a code (ISO 3166-1).
pub fn masked_address(address: &Map<String, Value>) -> Option<String> {
    let part = |name: &str| address.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let street = part("street_address").map(|_| "•••");
    let mut known: Vec<&str> =
        street.into_iter().chain(["locality", "region"].map(part).into_iter().flatten()).collect();
    if known.iter().all(|part| *part == "•••") {
        let formatted = part("formatted").into_iter().flat_map(|whole| whole.split([',', '\n']));
        let lines: Vec<&str> = formatted.map(str::trim).filter(|part| !part.is_empty()).collect();
        known = if lines.is_empty() { known } else { lines };
        known.iter_mut().take(1).for_each(|first| *first = "•••");
    }
    let at_home = !known.is_empty();
    known.extend(part("country").filter(|country| !at_home || *country != "VN"));
    (!known.is_empty()).then(|| known.join(", "))
}

/// A day as people write it, dd/mm/yyyy. A birth date may lack its year (`0000-04-12`) or all but it (OIDC Core §5.1).
pub fn date(iso: &str) -> String {
    match iso.split('-').collect::<Vec<_>>().as_slice() {
        ["0000", month, day] => format!("{day}/{month}"),
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => iso.to_owned(),
    }
}

/// A number of which the last four digits show.
pub fn masked_number(number: &str) -> String {
    let signs: Vec<char> = number.chars().filter(|sign| !sign.is_whitespace()).collect();
    let hidden = signs.len().saturating_sub(4).max(signs.len() / 2);
    signs.into_iter().enumerate().map(|(at, sign)| if at < hidden { '•' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_so_that_their_owner_knows_them() {
        for (number, shown) in [
            ("0912 345 412", "09••\u{a0}•••\u{a0}412"),
            ("+84912345412", "09••\u{a0}•••\u{a0}412"),
            ("+33 1 23 45 67 89", "+33•••\u{a0}•••\u{a0}789"),
            ("113113", "•••\u{a0}•13"),
            ("", ""),
        ] {
            assert_eq!(masked_phone(number), shown, "{number}");
        }
        assert_eq!(masked_email("minh.khai@example.org"), "m•••@\u{200b}example.org");
        assert_eq!(masked_email("@example.org"), "•••@\u{200b}example.org");
        assert_eq!(masked_email("nobody"), "•••");
    }

    #[test]
    fn an_address_shows_the_town_and_hides_the_house() {
        let mask = |address: Value| masked_address(address.as_object().unwrap());
        let parts =
            serde_json::json!({"street_address": "12 Trần Hưng Đạo", "locality": "Hoa Lư", "region": "Ninh Bình"});
        assert_eq!(mask(parts).as_deref(), Some("•••, Hoa Lư, Ninh Bình"));
        let formatted = serde_json::json!({"formatted": "12 Trần Hưng Đạo\nHoa Lư\nNinh Bình"});
        assert_eq!(mask(formatted).as_deref(), Some("•••, Hoa Lư, Ninh Bình"));
        assert_eq!(mask(serde_json::json!({"street_address": ""})), None);
        let abroad = |country: &str| mask(serde_json::json!({"locality": "Graz", "country": country}));
        assert_eq!((abroad("VN").as_deref(), abroad("AT").as_deref()), (Some("Graz"), Some("Graz, AT")));
        assert_eq!(mask(serde_json::json!({"street_address": "1 A", "country": "VN"})).as_deref(), Some("•••"));
        assert_eq!(mask(serde_json::json!({"country": "VN"})).as_deref(), Some("VN"));
    }

    #[test]
    fn days_stand_as_people_write_them() {
        assert_eq!(date("1987-04-12"), "12/04/1987");
        assert_eq!(date("0000-04-12"), "12/04");
        assert_eq!(date("1987"), "1987");
    }

    fn shown(claims: &Value) -> Shown {
        claim_rows(Lang::Vi, &Zone::default(), claims.as_object().unwrap(), &["middle_name".to_owned()])
    }

    fn labels(rows: &[ClaimRow]) -> Vec<&str> {
        rows.iter().map(|row| row.label.as_str()).collect()
    }

    #[test]
    fn a_confirmation_stands_with_what_it_confirms() {
        let Shown { rows, details } = shown(&serde_json::json!({
            "email_verified": true, "email": "a@b.example", "name": "Minh Khai", "phone_number_verified": false,
            "x": ["1", 2], "gender": "female", "nickname": "", "updated_at": 0, "picture": null,
        }));
        assert_eq!(labels(&rows), ["Họ và tên", "Giới tính", "Email", "Thông tin khác (x)"]);
        assert_eq!(labels(&details), ["Xác nhận số điện thoại", "Ngày cập nhật thông tin"]);
        assert_eq!(rows[2].source.as_deref(), Some("Đã xác nhận"));
        assert_eq!(details[0].values, ["Chưa xác nhận"]);
        assert_eq!(rows[3].values, ["1", "2"]);
    }

    #[test]
    fn a_name_is_one_line_and_what_is_technical_stands_apart() {
        let parts = serde_json::json!({
            "name": "Nguyễn Thị Minh Khai", "family_name": "Nguyễn", "middle_name": "Thị", "given_name": "Minh Khai",
            "zoneinfo": "Asia/Ho_Chi_Minh", "locale": "vi-VN", "updated_at": 1_760_000_000, "birthdate": "1987-04-12",
            "address": {"locality": "Đồng Nội", "country": "VN"},
        });
        let Shown { rows, details } = shown(&parts);
        assert_eq!(labels(&rows), ["Họ và tên", "Ngày sinh", "Địa chỉ"]);
        assert_eq!((rows[0].values[0].as_str(), rows[0].new), ("Nguyễn Thị Minh Khai", true));
        assert_eq!(rows[2].values, ["Đồng Nội"]);
        assert_eq!(details.len(), 6, "{details:?}");
        let Shown { rows, .. } = shown(&serde_json::json!({"given_name": "Minh Khai", "family_name": "Nguyễn"}));
        assert_eq!(rows[0].values, ["Nguyễn Minh Khai"]);
        let Shown { rows, details } = shown(&serde_json::json!({"locale": "vi"}));
        assert_eq!((labels(&rows), details.len()), (vec!["Ngôn ngữ"], 0), "what is asked for is never all in a fold");
    }
}
