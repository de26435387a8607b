//! What people type, brought to one form: PRECIS (RFC 8264), its profiles for names and passwords (RFC 8265).
//!
//! One letter has many spellings: composed, decomposed, or half of each, as the keyboard has it; wide, as an input method of
//! another country has it; with a character of no width beside it, as messages have it.

use std::borrow::Cow;

use precis_profiles::OpaqueString;
use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use precis_profiles::precis_core::profile::Rules;
use unicode_normalization::UnicodeNormalization;
pub use unicode_normalization::char::is_combining_mark;

/// The form by which a user name is compared: `UsernameCaseMapped` (RFC 8265 §3.3) of each of its parts, which spaces
/// part (§3.5). Characters that nobody sees do not count. `Err` has the first part that may not stand in a name.
pub fn user_name(typed: &str) -> Result<String, String> {
    let seen = seen(typed);
    let parts: Result<Vec<_>, String> =
        seen.split_whitespace().map(|part| UsernameCaseMapped::enforce(part).map_err(|_| part.to_owned())).collect();
    parts.map(|parts| parts.join(" "))
}

/// The same of what is no user name by the profile: it is compared all the same, as well as can be.
pub fn any_name(typed: &str) -> String {
    let parts = user_name(typed).map_err(|_| seen(typed).to_lowercase());
    parts.unwrap_or_else(|lower| lower.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The form in which a password is hashed: the mappings of `OpaqueString` (RFC 8265 §4.2.2), which leave case and white
/// space as they are but for the kinds of spaces. A password is compared, whatever is in it: the profile's refusals are
/// for those who choose one ([`is_opaque`]).
pub fn password(typed: &str) -> Cow<'_, str> {
    let profile = OpaqueString::new();
    let mapped = profile.additional_mapping_rule(typed).and_then(|mapped| profile.normalization_rule(mapped));
    mapped.unwrap_or(Cow::Borrowed(typed))
}

/// Whether a password can be typed again: nothing in it is a control character, or has no width (RFC 8264 §4.3.3). The
/// profile would refuse what a later Unicode added, and most pictures, as well; keyboards have those.
pub fn is_opaque(password: &str) -> bool {
    let mut before = ' ';
    !password.is_empty()
        && password.chars().all(|c| {
            let joins = is_joiner(c) && !before.is_ascii();
            before = c;
            joins || !c.is_control() && !is_unseen(c)
        })
}

/// A text as one word without case and accents, for whoever compares what people mean: `đ` is a `d`, and what stands between
/// words is gone ([`is_between`]).
pub fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c) && !is_unseen(*c));
    let lower = bare.flat_map(char::to_lowercase).map(|c| if c == 'đ' { 'd' } else { c });
    lower.filter(|c| !is_between(*c)).collect()
}

/// Whether a character stands between the words of a name, the digits of a number or the parts of a date.
pub const fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.' | ',' | '/' | ':' | ';' | '+' | '@')
}

/// One spelling of each letter (NFC), narrow where it was wide, without what nobody sees.
fn seen(typed: &str) -> String {
    let profile = UsernameCaseMapped::new();
    let normal = profile.normalization_rule(typed).unwrap_or(Cow::Borrowed(typed));
    let visible: String = normal.chars().filter(|c| !is_unseen(*c)).collect();
    // Wide letters may have marks of their own, which join them once they are narrow.
    let narrow = profile.width_mapping_rule(visible.as_str()).unwrap_or(Cow::Borrowed(&visible));
    profile.normalization_rule(narrow.as_ref()).map_or_else(|_| narrow.to_string(), Cow::into_owned)
}

/// Characters without width that a keyboard puts after another one, of which they make one picture or letter.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters that turn the direction of what stands beside them (UAX #9 §2, `Bidi_Control`).
pub const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Letters that nobody sees: Hangul fillers, and Braille without a dot.
pub const fn is_blank(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}')
}

/// Characters without width that come along when text is pasted (a part of Unicode's `Default_Ignorable_Code_Point`).
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' // soft hyphen
        | '\u{34f}' // combining grapheme joiner
        | '\u{61c}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' // zero-width space and joiners, marks of direction
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' // variation selectors
        | '\u{feff}' // byte order mark
        | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Nguyễn Thị Ước" composed; decomposed (NFD); and as Windows' Vietnamese keyboard types it: the base letter with its
    /// circumflex, breve or horn is one character, the tone another.
    const NAMES: [&str; 3] = [
        "nguy\u{1ec5}n th\u{1ecb} \u{1b0}\u{1edb}c",
        "nguye\u{302}\u{303}n thi\u{323} u\u{31b}o\u{31b}\u{301}c",
        "nguy\u{ea}\u{303}n thi\u{323} \u{1b0}\u{1a1}\u{301}c",
    ];

    /// RFC 8265 §3.3.2: width mapping, case mapping, NFC.
    #[test]
    fn the_same_letters_are_one_name_however_they_are_typed() {
        for name in NAMES {
            assert_eq!(user_name(name).as_deref(), Ok(NAMES[0]));
            assert_eq!(user_name(&name.to_uppercase()).as_deref(), Ok(NAMES[0]));
            assert_eq!(password(name), NAMES[0]);
        }
        assert_eq!(user_name("Ｋｈａｉ＠Ｘ．ｖｎ").as_deref(), Ok("khai@x.vn"));
        assert_eq!(user_name("\u{feff}kh\u{200b}ai\u{200d}\u{a0}").as_deref(), Ok("khai"));
        assert_eq!(user_name("minh\u{3000}khai").as_deref(), Ok("minh khai"));
        assert_eq!(user_name("\u{e9}a\u{300}\u{341}").map(|name| name.chars().count()), Ok(3), "what NFC replaces");
    }

    /// RFC 8264 §4.2.3: what the IdentifierClass disallows.
    #[test]
    fn what_may_not_stand_in_a_name_is_told_and_compared_all_the_same() {
        for (name, part) in [("khai \u{1f600}", "\u{1f600}"), ("a\u{7}b", "a\u{7}b"), ("\u{fb01}n", "\u{fb01}n")] {
            assert_eq!(user_name(name), Err(part.to_owned()));
        }
        assert_eq!(any_name(" Khai \u{1f600}"), "khai \u{1f600}");
    }

    /// RFC 8265 §4.2.2: "Uppercase and titlecase code points MUST NOT be mapped"; other spaces become U+0020.
    #[test]
    fn a_password_keeps_its_case_and_its_spaces() {
        assert_eq!(password(" Mật khẩu "), " Mật khẩu ");
        assert_eq!(password("a\u{a0}b\u{3000}c"), "a b c");
        assert_eq!(password("Ｋ\u{200b}\u{1f917}"), "Ｋ\u{200b}\u{1f917}");
        assert!(is_opaque("mật khẩu \u{1f917}") && !is_opaque("a\tb") && !is_opaque("a\u{200b}b") && !is_opaque(""));
        let family = "\u{2764}\u{fe0f} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f44d}\u{1f3fd}";
        assert!(is_opaque(family) && !is_opaque("a\u{200d}b") && !is_opaque("\u{fe0f}a"));
    }

    #[test]
    fn what_is_meant_has_no_accents() {
        for typed in
            ["Đường Bờ-Hồ", "\u{110}u\u{31b}o\u{300}ng bo\u{31b}\u{300} ho\u{302}\u{300}", "ＤＵＯＮＧ－ＢＯ ＨＯ"]
        {
            assert_eq!(folded(typed), "duongboho", "{typed}");
        }
        assert_eq!(folded("Khai!\u{1f600}"), "khai!\u{1f600}");
    }
}
