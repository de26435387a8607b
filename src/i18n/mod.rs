//! Words that a citizen reads, in Vietnamese and English, and the choice between the two.
//!
//! The texts stand in `vi.ftl` and `en.ftl`; `build.rs` compares the two and names every message, as a constant in
//! [`key`] or, where it has variables, as a function in [`say`].

mod catalogue;

use serde::Deserialize;

pub use self::catalogue::Key;
pub use self::catalogue::key;
pub use self::catalogue::say;
pub use self::catalogue::text;

/// A language of the pages and letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese, which also serves where nothing else was asked for.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order in which pages offer them.
    pub const fn all() -> [Self; 2] {
        [Self::Vi, Self::En]
    }

    /// The language tag (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language that a page offers beside this one.
    pub const fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// The language that a tag names, whatever its region; `None` for one that we do not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::all().into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }
}

/// A text that stands in both languages: the name of a deployment, of an agency, of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// The text in `lang`.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// The language of a page: what the service asked for (`ui_locales`, OIDC Core §3.1.2.1), else what the person chose
/// before (the cookie), else what the browser prefers (`Accept-Language`, RFC 9110 §12.5.4), else Vietnamese.
pub fn negotiate(ui_locales: Option<&str>, cookie: Option<&str>, accept_language: Option<&str>) -> Lang {
    ui_locales
        .and_then(|tags| tags.split_whitespace().find_map(Lang::from_tag))
        .or_else(|| cookie.and_then(Lang::from_tag))
        .or_else(|| accept_language.and_then(preferred))
        .unwrap_or_default()
}

/// The spoken language with the greatest weight; of equal ones the first.
fn preferred(accept_language: &str) -> Option<Lang> {
    let ranges = accept_language.split(',').filter_map(|range| {
        let mut parts = range.split(';');
        let tag = parts.next()?.trim();
        let lang = if tag == "*" { Lang::default() } else { Lang::from_tag(tag)? };
        let weight = parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse().ok())?;
        (weight > 0.0).then_some((lang, weight))
    });
    ranges
        .fold(
            None,
            |best: Option<(Lang, f32)>, next| if best.is_some_and(|b| b.1 >= next.1) { best } else { Some(next) },
        )
        .map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_of_ui_locales_that_is_spoken_wins() {
        assert_eq!(negotiate(Some("se fr en-GB vi"), Some("vi"), Some("vi")), Lang::En);
        assert_eq!(negotiate(Some("VI_vn en"), Some("en"), None), Lang::Vi);
        assert_eq!(negotiate(Some("se"), Some("en"), Some("vi")), Lang::En);
    }

    #[test]
    fn accept_language_is_weighed() {
        for (header, lang) in [
            ("fr-FR, en;q=0.8, vi;q=0.9", Lang::Vi),
            ("en-US,en;q=0.9,vi;q=0.8", Lang::En),
            ("vi;q=0, en;q=0.1", Lang::En),
            ("en;q=0.5, *;q=0.8", Lang::Vi),
            ("en ; q=1.0", Lang::En),
            ("en;q=x;;,=,\u{1f600}", Lang::Vi),
            ("fr, de", Lang::Vi),
            ("", Lang::Vi),
        ] {
            assert_eq!(negotiate(None, None, Some(header)), lang, "{header}");
        }
        assert_eq!(negotiate(None, Some("klingon"), None), Lang::Vi);
    }
}
